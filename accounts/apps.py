from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import personal_data
        from accounts.services.account_data import erase_account, export_account

        personal_data.register("account", export=export_account, erase=erase_account)
