from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "certificates"

    def ready(self) -> None:
        from accounts.personal_data import Keeper, keepers
        from certificates.personal_data import erase, export

        keepers.register(Keeper("certificates", export=export, erase=erase))
