from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

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
