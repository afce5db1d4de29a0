from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"

    def ready(self) -> None:
        from accounts import personal_data
        from payments.personal_data import erase, export

        personal_data.register("payments", export=export, erase=erase)
