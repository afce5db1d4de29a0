from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LearningConfig(AppConfig):
    name = "learning"
    verbose_name = _("Learning")

    def ready(self) -> None:
        from accounts.panels import page_links, panels
        from accounts.personal_data import Keeper, keepers
        from courses.queries.lectures import content_renderers
        from courses.queries.viewer import annotators, viewer_renderers
        from courses.visibility import viewers
        from learning.access import may_watch
        from learning.diagnosis import OWN, examiners
        from learning.panels import LINKS, PANELS
        from learning.personal_data import erase, export
        from learning.queries.enrollments import is_enrolled_anywhere
        from learning.services.playback import open_lecture
        from learning.services.viewing import annotate_outline, render_viewer
        from media.services.assets import submitters

        annotators.register(annotate_outline)
        content_renderers.register(open_lecture)
        keepers.register(Keeper("learning", export=export, erase=erase))
        submitters.register(is_enrolled_anywhere)
        viewer_renderers.register(render_viewer)
        viewers.register(may_watch)
        for panel in PANELS:
            panels.register(panel)
        for page in LINKS:
            page_links.register(page)
        for examine in OWN:
            examiners.register(examine)
