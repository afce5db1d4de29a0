from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = _("Money")

    def ready(self) -> None:
        from accounts.panels import panels
        from accounts.personal_data import Keeper, keepers
        from learning.diagnosis import examiners
        from lms.inbox import items
        from lms.metrics import STATE, State
        from payments.diagnosis import examine_orders
        from payments.inbox import ITEMS
        from payments.panels import PANELS
        from payments.personal_data import erase, export, forget
        from payments.queries.metrics import read_state

        STATE.register(State(read_state))
        keepers.register(Keeper("payments", export=export, erase=erase, forget=forget))
        for panel in PANELS:
            panels.register(panel)
        examiners.register(examine_orders)
        for item in ITEMS:
            items.register(item)
