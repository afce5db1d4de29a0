from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"

    def ready(self) -> None:
        from accounts.personal_data import Keeper, keepers
        from lms.metrics import STATE, State
        from payments.personal_data import erase, export, forget
        from payments.queries.metrics import read_state

        STATE.register(State(read_state))
        keepers.register(Keeper("payments", export=export, erase=erase, forget=forget))
