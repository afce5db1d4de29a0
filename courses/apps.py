from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        from accounts import personal_data
        from courses.personal_data import erase, export
        from courses.videos import are_captions, asset_is_ready
        from media.services import when_ready, when_used

        when_ready(asset_is_ready)
        when_used(are_captions)
        personal_data.register("courses", export=export, erase=erase)
