"""Files and playback for staff: view them, update a file from Cloudinary, delete a file that nothing uses."""

from collections.abc import Iterable
from functools import partial
from typing import Any, override

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lms.admin import ModelAdmin, ReadOnly, by_id, by_person, by_value
from lms.exceptions import MediaUnavailable
from media.exceptions import AssetInUse, MediaNotFound
from media.models import Asset, Deletion, PlaybackGrant
from media.services import assets


@admin.register(Asset)
class AssetAdmin(ReadOnly, ModelAdmin):
    list_display = (
        "original_name",
        "kind",
        "status",
        "failure_reason",
        "owner_email",
        "bytes",
        "duration_seconds",
        "created_at",
    )
    list_prefetch_related = ("owner",)
    list_filter = ("status",)
    search_by = (by_id("pk", "owner"), by_person("owner"), by_value("public_id"))
    search_help_text = _(
        "The whole id of a file here or at Cloudinary, or the beginning of its owner's e-mail address or name."
    )
    ordering = ("-created_at", "-id")
    actions = ("refresh",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ModelAdmin.has_delete_permission(self, request, obj)

    @admin.display(description=_("owner"))
    def owner_email(self, asset: Asset) -> str:
        return asset.owner.email

    @override
    def delete_queryset(self, request: HttpRequest, queryset: Iterable[Asset]) -> None:
        for asset in queryset:
            try:
                self.perform(request, asset, "delete", partial(assets.delete, asset))
            except AssetInUse as error:
                self.message_user(request, f"{asset}: {error.detail}", messages.WARNING)

    @admin.action(description=_("Update from Cloudinary"), permissions=["view"])
    def refresh(self, request: HttpRequest, queryset: QuerySet[Asset]) -> None:
        for asset in queryset:
            try:
                refresh = partial(assets.refresh, asset)
                self.perform(request, asset, "refresh", refresh, is_outside=True)
            except MediaNotFound:
                self.message_user(
                    request,
                    _("{file}: Cloudinary has no such file.").format(file=asset),
                    messages.WARNING,
                )
                continue
            except MediaUnavailable as error:
                self.message_user(request, f"{asset}: {error.detail}", messages.ERROR)
                return
            self.message_user(request, f"{asset}: {asset.status}.")


@admin.register(Deletion)
class DeletionAdmin(ReadOnly, ModelAdmin):
    list_display = ("public_id", "resource_type", "attempts", "created_at", "updated_at")
    search_by = (by_value("public_id"),)
    search_help_text = _("The whole id of a file at Cloudinary.")
    ordering = ("updated_at", "id")


@admin.register(PlaybackGrant)
class PlaybackGrantAdmin(ReadOnly, ModelAdmin):
    list_display = ("user_id", "lecture", "device", "created_at", "held_until")
    search_by = (by_id("pk", "user"), by_person("user"))
    search_help_text = _("The beginning of the person's e-mail address or name, or an id.")
    ordering = ("-id",)
