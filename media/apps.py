from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "media"

    def ready(self) -> None:
        from accounts import personal_data
        from media import cloud, privacy

        cloud.configure()
        personal_data.register("media", export=privacy.export, erase=privacy.erase)
