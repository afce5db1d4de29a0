from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        from accounts.panels import panels
        from accounts.personal_data import Keeper, keepers
        from certificates.panels import PANELS
        from certificates.personal_data import erase, export

        keepers.register(Keeper("certificates", export=export, erase=erase))
        for panel in PANELS:
            panels.register(panel)
