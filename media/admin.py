"""Files and playback for staff: to look, to ask Cloudinary again, to delete what nothing uses."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from media import services
from media.exceptions import AssetInUse, MediaNotFound, MediaUnavailable
from media.models import Asset, Deletion, PlaybackGrant


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only the system writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Asset)
class AssetAdmin(ReadOnlyAdmin):
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
    list_filter = ("status", "kind")
    search_fields = ("original_name", "public_id")
    search_help_text = (
        "A part of the file's name, its Cloudinary id, or the owner's whole e-mail address"
    )
    ordering = ("-created_at", "-id")
    actions = ("ask_again",)
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        if "@" in search_term:
            owners = User.objects.filter(email=User.objects.normalize_email(search_term))
            return queryset.filter(owner__in=[user.pk for user in owners]), False
        return super().get_search_results(request, queryset, search_term)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Fetch the owners of the page at once: a join would be made for every row before the page is cut."""
        changelist = super().get_changelist_instance(request)
        owners = User.objects.in_bulk({asset.owner_id for asset in changelist.result_list})
        for asset in changelist.result_list:
            asset.owner = owners[asset.owner_id]
        return changelist

    @admin.display(description="owner")
    def owner_email(self, asset: Asset) -> str:
        return asset.owner.email

    def delete_model(self, request: HttpRequest, obj: Asset) -> None:
        services.withdraw(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Asset]) -> None:
        for asset in queryset:
            try:
                services.withdraw(asset)
            except AssetInUse as error:
                self.message_user(request, f"{asset}: {error.detail}", messages.WARNING)

    @admin.action(description="Ask Cloudinary again", permissions=["view"])
    def ask_again(self, request: HttpRequest, queryset: QuerySet[Asset]) -> None:
        for asset in queryset:
            try:
                services.ask_again(asset)
            except MediaNotFound:
                self.message_user(
                    request, f"{asset}: Cloudinary has no such file.", messages.WARNING
                )
                continue
            except MediaUnavailable as error:
                self.message_user(request, f"{asset}: {error.detail}", messages.ERROR)
                return
            self.message_user(request, f"{asset}: {asset.status}.")


@admin.register(Deletion)
class DeletionAdmin(ReadOnlyAdmin):
    list_display = ("public_id", "resource_type", "attempts", "created_at", "updated_at")
    ordering = ("created_at", "id")


@admin.register(PlaybackGrant)
class PlaybackGrantAdmin(ReadOnlyAdmin):
    list_display = ("user_id", "lecture", "device", "created_at", "held_until")
    ordering = ("-id",)
    show_full_result_count = False
