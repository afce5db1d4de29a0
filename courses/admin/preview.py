"""The page on which staff see a course as its students would, then approve it or send it back."""

from collections.abc import Callable
from functools import partial
from typing import Any

from bson import ObjectId
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from courses.exceptions import NotPublishable
from courses.models import Course, Lecture, Section
from courses.services import authoring, decisions
from lms import currencies
from lms.admin import ModelAdmin
from media import delivery
from media.models import Asset
from media.queries.playback import file_url, render_captions


class RejectionForm(forms.Form):
    reason = forms.CharField(
        label=_("What the instructor should change"),
        max_length=500,
        help_text=_("They get it by mail and see it beside the course."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


class ShowsCourses(ModelAdmin):
    """A mixin with the preview of a course."""

    change_form_template = "admin/courses/course/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview_view)
        return [
            path("<path:pk>/preview/", view, name="courses_course_preview"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Show a course and one of its lectures; on POST approve it, or send it back with a reason."""
        course = self.get_object(request, pk)
        if course is None or not request.user.has_perm("courses.preview_course"):
            raise PermissionDenied
        may_decide = self.has_change_permission(request, course)
        form = RejectionForm(request.POST if "reject" in request.POST else None)
        if request.method == "POST":
            if not may_decide:
                raise PermissionDenied
            if "approve" in request.POST or form.is_valid():
                self._decide(request, course, form)
                return HttpResponseRedirect(request.get_full_path())
        lectures = list_lectures(course)
        context = {
            **self.admin_site.each_context(request),
            "title": format_lazy(_("Preview: {course}"), course=course.title),
            "opts": self.opts,
            "course": course,
            "price": currencies.display(course.price_amount, course.currency),
            "sections": group_lectures(course, lectures),
            "missing": authoring.list_missing(course).values(),
            "waits": course.status == Course.Status.IN_REVIEW,
            "may_decide": may_decide,
            "form": form,
            **show_lecture(lectures, request.GET.get("lecture", "")),
        }
        return TemplateResponse(request, "admin/courses/course/preview.html", context)

    def _decide(self, request: HttpRequest, course: Course, form: RejectionForm) -> None:
        """Approve or reject the course, and show what happened."""
        decide: Callable[[], bool] = partial(decisions.approve, course)
        action, reason, done = "publish", "", gettext("The course is published.")
        if form.is_bound:
            action, reason = "reject", form.cleaned_data["reason"]
            decide, done = partial(decisions.reject, course, reason=reason), gettext("Sent back.")
        try:
            is_done = self.perform(request, course, action, decide, reason=reason)
        except NotPublishable as error:
            messages.error(request, " ".join(error.missing.values()))
            return
        if is_done:
            messages.success(request, done)
        else:
            messages.warning(request, gettext("This course does not wait for staff any more."))


def list_lectures(course: Course) -> list[Lecture]:
    """Return the lectures of a course in the order of its outline."""
    places = dict(Section.objects.filter(course=course).values_list("pk", "position"))
    lectures = Lecture.objects.filter(course=course)
    return sorted(lectures, key=lambda one: (places.get(one.section_id, 0), one.position, one.pk))


def group_lectures(course: Course, lectures: list[Lecture]) -> list[tuple[Section, list[Lecture]]]:
    """Return the sections of a course in their order, each with its lectures."""
    sections = Section.objects.filter(course=course).order_by("position", "pk")
    return [(each, [one for one in lectures if one.section_id == each.pk]) for each in sections]


def show_lecture(lectures: list[Lecture], chosen: str) -> dict[str, Any]:
    """Return what the page shows of the chosen lecture, with its neighbours; the first if none is chosen."""
    ids = [str(lecture.pk) for lecture in lectures]
    if not lectures:
        return {"lecture": None}
    place = ids.index(chosen) if chosen in ids else -1
    lecture = lectures[place] if place >= 0 else None
    following = lectures[place + 1] if place + 1 < len(lectures) else None
    shown = {
        "lecture": lecture,
        "previous": lectures[place - 1] if place > 0 else None,
        "next": following,
    }
    return shown | (show_file(lecture) if lecture else {})


def show_file(lecture: Lecture) -> dict[str, Any]:
    """Return the file of a lecture with URLs that are valid for a limited time; none if it is not ready."""
    ids: list[ObjectId] = [each for each in (lecture.asset_id, *lecture.captions) if each]
    assets = {each.pk: each for each in Asset.objects.filter(pk__in=ids) if each.is_ready}
    asset = assets.get(lecture.asset_id)
    if asset is None:
        return {"asset": None}
    until = timezone.now() + settings.PLAYBACK_LIFETIME
    if lecture.kind == Lecture.Kind.VIDEO:
        captions = [render_captions(assets[pk], until) for pk in lecture.captions if pk in assets]
        poster = delivery.poster_url(asset.stored, asset.version)
        return {
            "asset": asset,
            "url": file_url(asset, until),
            "poster": poster,
            "captions": captions,
        }
    return {"asset": asset, "url": delivery.download_url(asset.stored, asset.original_name)}
