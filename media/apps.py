from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaConfig(AppConfig):
    name = "media"
    verbose_name = _("Files")

    def ready(self) -> None:
        from accounts.panels import panels
        from accounts.personal_data import Keeper, keepers
        from lms.inbox import items
        from media import cloud
        from media.inbox import ITEMS
        from media.panels import PANELS
        from media.personal_data import erase, export

        cloud.configure()
        keepers.register(Keeper("media", export=export, erase=erase))
        for panel in PANELS:
            panels.register(panel)
        for item in ITEMS:
            items.register(item)
