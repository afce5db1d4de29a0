"""What several views of courses share: finding the course."""

from typing import Any

from django.http import Http404
from rest_framework.views import APIView

from courses.keys import CourseKey
from courses.models import Course
from courses.queries.courses import (
    CourseDocument,
    facts_of,
    find_course,
    get_course,
    render_course,
)
from courses.queries.viewer import render_viewer
from courses.visibility import is_author, may_see


class OfCourse(APIView):
    """Base of the views of one course or of its parts."""

    def find_document(self, key: CourseKey) -> CourseDocument:
        """Return the document of a course, without asking who may see it; raise 404 if there is none."""
        document = find_course(key)
        if document is None:
            raise Http404
        return document

    def get_viewed(self, key: CourseKey) -> tuple[CourseDocument, dict[str, Any] | None]:
        """Return the document of a course, and what the course is to the person; raise 404 if they may not see it."""
        document = self.find_document(key)
        viewer = render_viewer(self.request.user, document)
        self.require_sight(document, can_watch=viewer is not None and viewer["can_watch"])
        return document, viewer

    def render_viewed(self, key: CourseKey) -> dict[str, Any]:
        """Render a course in full, as the person sees it; raise 404 if they may not."""
        document, viewer = self.get_viewed(key)
        return render_course(document, viewer=viewer, whole=self.is_author(document))

    def require_sight(self, document: CourseDocument, *, can_watch: bool | None = None) -> None:
        """Raise 404 if the person may not see the course; see `may_see`."""
        if not may_see(self.request.user, facts_of(document), can_watch=can_watch):
            raise Http404

    def is_author(self, document: CourseDocument) -> bool:
        """Return whether the person sees everything in a course, the unpublished lectures too."""
        return is_author(self.request.user, facts_of(document))

    def get_course(self, key: CourseKey) -> Course:
        """Return a course to change: 404 if the person may not see it, 403 if they may not change it."""
        course = get_course(self.request.user, key)
        self.check_object_permissions(self.request, course)
        return course
