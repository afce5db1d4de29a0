from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from accounts.inbox import ITEMS
        from accounts.models import SentMail
        from accounts.panels import OWN, panels
        from accounts.personal_data import Keeper, erase, export, keepers
        from lms.inbox import items
        from lms.mails import recorders

        keepers.register(Keeper("account", export=export, erase=erase))
        recorders.register(SentMail.log)
        for panel in OWN:
            panels.register(panel)
        for item in ITEMS:
            items.register(item)
