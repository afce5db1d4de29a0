from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "learning"

    def ready(self) -> None:
        from accounts.personal_data import Keeper, keepers
        from courses.queries.lectures import content_renderers
        from courses.queries.outline import annotators
        from courses.visibility import viewers
        from learning.access import may_watch
        from learning.personal_data import erase, export
        from learning.queries.progress import annotate_outline
        from learning.services.playback import open_lecture

        annotators.register(annotate_outline)
        content_renderers.register(open_lecture)
        keepers.register(Keeper("learning", export=export, erase=erase))
        viewers.register(may_watch)
