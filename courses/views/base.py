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
from courses.visibility import is_author, may_see


class OfCourse(APIView):
    """Base of the views of one course or of its parts."""

    def get_document(self, key: CourseKey) -> CourseDocument:
        """Return the document of a course, by id or slug; raise 404 if the person may not see it."""
        document = find_course(key)
        if document is None or not may_see(self.request.user, facts_of(document)):
            raise Http404
        return document

    def is_author(self, document: CourseDocument) -> bool:
        """Return whether the person sees everything in a course, the unpublished lectures too."""
        return is_author(self.request.user, facts_of(document))

    def get_course(self, key: CourseKey) -> Course:
        """Return a course to change: 404 if the person may not see it, 403 if they may not change it."""
        course = get_course(self.request.user, key)
        self.check_object_permissions(self.request, course)
        return course

    def render_changed(self, course: Course) -> dict[str, Any]:
        """Render a course that was just changed, as its author sees it."""
        return render_course(self.get_document(course.pk), whole=True)
