from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "certificates"

    def ready(self) -> None:
        from accounts.panels import panels
        from accounts.personal_data import Keeper, keepers
        from certificates.panels import PANELS
        from certificates.personal_data import erase, export

        keepers.register(Keeper("certificates", export=export, erase=erase))
        for panel in PANELS:
            panels.register(panel)
