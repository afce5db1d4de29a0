from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.personal_data import Keeper, erase, export, keepers

        keepers.register(Keeper("account", export=export, erase=erase))
