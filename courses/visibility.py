"""Who may see or change a course, for every view of courses and of what is in them."""

import re
from typing import Any

from bson import ObjectId
from django.http import Http404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page
from rest_framework.authentication import BaseAuthentication
from rest_framework.generics import get_object_or_404
from rest_framework.views import APIView

from courses.models import Course
from courses.queries.courses import find
from lms.drf import OBJECT_ID
from lms.mongodb.pipelines import Document

REVALIDATED = [cache_control(private=True, no_cache=True), conditional_page]
"""Asked for again each time, and answered 304 where nothing has changed."""


class PublicList:
    """For viewsets whose `list` is the same for everybody: nobody's token is read for it."""

    action_map: dict[str, str]
    request: Any

    def get_authenticators(self) -> list[BaseAuthentication]:
        if self.request and self.action_map.get(self.request.method.lower()) == "list":
            return []
        return super().get_authenticators()  # type: ignore[misc]  # a mixin: the view is the next base


class OfCourse(APIView):
    """For viewsets of a course or its parts."""

    def is_author(self, document: Document) -> bool:
        """Does this person see all of a course, the lectures not yet published included?"""
        user = self.request.user
        return user.is_authenticated and (user.is_staff or document["instructor"]["_id"] == user.pk)

    def sees_hidden(self, document: Document) -> bool:
        """May this person see a course that is not published?"""
        return self.is_author(document)

    def find_course(self, key: str | ObjectId) -> dict[str, Any]:
        """Find a course that this person may see, by id or slug; 404 otherwise."""
        document = find(key)
        if document is None or not (
            document["status"] == Course.Status.PUBLISHED or self.sees_hidden(document)
        ):
            raise Http404
        return document

    def get_course(self, key: str | ObjectId) -> Course:
        """Find a course to change: 404 if it is hidden from this person, 403 if it is not theirs."""
        by_id = isinstance(key, ObjectId) or re.fullmatch(OBJECT_ID, key)
        wanted = {"pk": ObjectId(key)} if by_id else {"slug": key}
        course = get_object_or_404(Course.objects.visible_to(self.request.user), **wanted)
        self.check_object_permissions(self.request, course)
        return course
