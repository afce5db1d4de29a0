"""The page that answers why a person can or cannot watch a course, with what would mend it."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from bson import ObjectId
from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.models import User
from accounts.staff import StaffRequest
from courses.admin import OfPersonAndCourse
from courses.keys import parse_key
from courses.models import Course
from learning.diagnosis import Part, Remedy, examiners, explain
from learning.models import Enrollment
from lms import audit
from lms.admin.reasons import ReasonForm
from lms.mongodb.transaction import atomic

MAX_COURSES = 20
"""How many of a person's courses, and how many found ones, are offered."""


class CourseForm(forms.Form):
    """A course by its id, by its slug or by the beginning of its title."""

    course = forms.CharField(
        label=gettext_lazy("Course"),
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Its id, its slug or the beginning of its title."),
    )


class WhyPage(OfPersonAndCourse):
    """The base of the staff's page of enrollments, with the page that answers."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.why_view)
        why = path("why/<object_id:person_id>/", view, name="learning_enrollment_why")
        return [why, *super().get_urls()]

    def why_view(self, request: StaffRequest, person_id: ObjectId) -> HttpResponse:
        """Show the courses to choose from or, with one chosen, the answer; on POST do what would mend it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        user = get_object_or_404(User, pk=person_id)
        form = CourseForm(request.GET)
        wanted = form.cleaned_data["course"].strip() if form.is_valid() else ""
        found = find_courses(wanted)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Why can they not watch?"),
            "subtitle": str(user),
            "opts": self.opts,
            "person": user,
            "form": form,
            "wanted": wanted,
            "found": found,
            "courses": list_courses(user),
        }
        if len(found) == 1:
            course = found[0]
            access, sentences = explain(user, course)
            parts = [examine(user, course, access) for examine in examiners]
            shown = [
                render_part(part, request)
                for part in parts
                if not part.permission or request.user.has_perm(part.permission)
            ]
            reason = ReasonForm(request.POST or None)
            if request.method == "POST" and reason.is_valid():
                remedies = [each for part in shown for each in part["acts"]]
                self._mend(request, user, course, remedies, reason.cleaned_data["reason"])
                return HttpResponseRedirect(f"{request.path}?course={course.pk}")
            context |= {
                "course": course,
                "can_watch": access.can_watch and user.is_active,
                "sentences": sentences,
                "parts": shown,
                "reason": reason,
            }
        return TemplateResponse(request, "learning/why.html", context)

    def _mend(
        self,
        request: StaffRequest,
        user: User,
        course: Course,
        remedies: Iterable[Remedy],
        reason: str,
    ) -> None:
        """Do the chosen act, if it is still offered to this member of staff."""
        name = request.POST.get("remedy", "")
        remedy = next((each for each in remedies if each.name == name), None)
        if remedy is None or remedy.act is None:
            messages.error(request, _("This is not needed any more, or you may not do it."))
            return
        try:
            act = partial(remedy.act, request.user, reason)
            mend = act_and_record if remedy.is_outside else atomic(act_and_record)
            mend(request.user, user, act, {"course": str(course.pk), "done": name}, reason)
        except APIException as error:
            messages.error(request, str(error.detail))
        except (Http404, ObjectDoesNotExist):
            messages.error(request, _("The account is disabled, or the course was just deleted."))
        else:
            messages.success(request, _("Done: {what}").format(what=remedy.label))


def act_and_record(
    by: User, user: User, act: Callable[[], object], what: dict[str, Any], reason: str
) -> None:
    """Do what would mend a person's access, and record it."""
    act()
    audit.record(by.pk, user, "mend_access", after=what, reason=reason)


def find_courses(wanted: str) -> list[Course]:
    """Return the course with an id or a slug, else those whose slug begins as a title does."""
    if not wanted:
        return []
    key = parse_key(wanted)
    exact = Course.objects.filter(**{"pk" if isinstance(key, ObjectId) else "slug": key}).first()
    if exact or not (beginning := slugify(wanted, allow_unicode=True)):
        return [exact] if exact else []
    among = Course.objects.filter(slug__gte=beginning, slug__lt=beginning + "\uffff")
    return list(among.only("title", "slug").order_by("slug")[:MAX_COURSES])


def list_courses(user: User) -> list[Course]:
    """Return the courses that a person got last."""
    rows = Enrollment.objects.filter(user=user).order_by("-enrolled_at", "-pk")
    ids = list(rows.values_list("course_id", flat=True)[:MAX_COURSES])
    courses = Course.objects.only("title", "slug").in_bulk(ids)
    return [courses[each] for each in ids if each in courses]


def render_part(part: Part, request: HttpRequest) -> dict[str, Any]:
    """Return what the template shows of a part to this member of staff."""
    remedies = [each for each in part.remedies if request.user.has_perm(each.permission)]
    rows = [["-" if cell in (None, "") else cell for cell in row] for row in part.rows]
    return {
        "title": part.title,
        "sentences": list(part.sentences),
        "table": {"headers": list(part.headings), "rows": rows} if rows else None,
        "acts": [each for each in remedies if each.act],
        "pages": [each for each in remedies if each.url],
    }
