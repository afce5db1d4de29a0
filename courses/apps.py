from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        from django.urls import register_converter

        from accounts.panels import panels
        from accounts.personal_data import Keeper, keepers
        from accounts.services.profiles import name_watchers
        from courses.inbox import ITEMS
        from courses.keys import CourseKeyConverter
        from courses.panels import PANELS
        from courses.personal_data import erase, export
        from courses.services.authoring import OWN_CHECKS, content_checks
        from courses.services.indexing import index_courses_of
        from courses.services.lectures import are_captions, play_ready_asset
        from lms.inbox import items
        from media.services.assets import ready_handlers, usage_checks

        register_converter(CourseKeyConverter, "course")
        keepers.register(Keeper("courses", export=export, erase=erase))
        name_watchers.register(index_courses_of)
        ready_handlers.register(play_ready_asset)
        usage_checks.register(are_captions)
        for check in OWN_CHECKS:
            content_checks.register(check)
        for panel in PANELS:
            panels.register(panel)
        for item in ITEMS:
            items.register(item)
