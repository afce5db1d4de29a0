from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")

    def ready(self) -> None:
        from accounts.panels import panels
        from accounts.personal_data import Keeper, keepers
        from assessments.panels import PANELS
        from assessments.personal_data import erase, export
        from assessments.services.assignments import find_unset, require_unused
        from assessments.services.attempts import end_access
        from assessments.services.passing import complete_passed
        from assessments.services.quizzes import find_incomplete, require_unattempted
        from assessments.services.submissions import is_handed_in
        from courses.models import Lecture
        from courses.services.authoring import ContentCheck, content_checks
        from courses.services.lectures import removal_checks
        from learning.kinds import passed_kinds
        from learning.services.enrollment import ending_handlers, return_handlers
        from media.services.assets import usage_checks

        content_checks.register(ContentCheck(Lecture.Kind.QUIZ, "quiz", find_incomplete))
        content_checks.register(ContentCheck(Lecture.Kind.ASSIGNMENT, "assignment", find_unset))
        passed_kinds.register(Lecture.Kind.QUIZ.value)
        passed_kinds.register(Lecture.Kind.ASSIGNMENT.value)
        removal_checks.register(require_unattempted)
        removal_checks.register(require_unused)
        ending_handlers.register(end_access)
        return_handlers.register(complete_passed)
        usage_checks.register(is_handed_in)
        keepers.register(Keeper("assessments", export=export, erase=erase))
        for panel in PANELS:
            panels.register(panel)
