from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        from django.urls import register_converter

        from accounts.personal_data import Keeper, keepers
        from courses.keys import CourseKeyConverter
        from courses.personal_data import erase, export
        from courses.services.lectures import are_captions, play_ready_asset
        from media.services.assets import ready_handlers, usage_checks

        register_converter(CourseKeyConverter, "course")
        keepers.register(Keeper("courses", export=export, erase=erase))
        ready_handlers.register(play_ready_asset)
        usage_checks.register(are_captions)
