from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        from accounts import personal_data
        from media.services import when_ready

        from .personal_data import erase, export
        from .videos import asset_is_ready

        when_ready(asset_is_ready)
        personal_data.register("courses", export=export, erase=erase)
