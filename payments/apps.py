from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"

    def ready(self) -> None:
        from accounts.personal_data import Keeper, keepers
        from payments.personal_data import erase, export, forget

        keepers.register(Keeper("payments", export=export, erase=erase, forget=forget))
