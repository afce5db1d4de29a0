from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "media"

    def ready(self) -> None:
        from accounts.personal_data import Keeper, keepers
        from media import cloud
        from media.personal_data import erase, export

        cloud.configure()
        keepers.register(Keeper("media", export=export, erase=erase))
