"""What locks lectures for a student."""

from collections.abc import Iterator
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from courses.models import Course, Lecture
from courses.visibility import LockReason, Reason
from learning.access import Access
from learning.diagnosis.parts import MAX_LECTURES, Part, Remedy
from learning.gates import find_locks
from learning.models import Enrollment
from learning.queries.progress import GATED, Outline, get_outline
from learning.services import unlocking

LOCKS = {
    LockReason.OPENS_AT: gettext_lazy("its section opens later"),
    LockReason.COMPLETE_FIRST: gettext_lazy("other lectures come first"),
    LockReason.PASS_FIRST: gettext_lazy("a quiz or an assignment comes first"),
}


def examine_gates(user: User, course: Course, access: Access) -> Part:
    """Show the lectures that are locked for the person. Staff open all of them, or let the gates hold again."""
    title = gettext_lazy("Locked lectures")
    if access.reason != Reason.ENROLLED:
        return Part(title, sentences=(_("Gates only hold for students."),))
    outline = get_outline(user.pk, course.pk, *GATED, "unlock_reason")
    locks = find_locks(outline, outline, timezone.now())
    locked = {pk: lock for pk, lock in locks.items() if lock}
    rows = dict(list(locked.items())[:MAX_LECTURES])
    named = {*rows, *(pk for lock in rows.values() for pk in lock.lectures)}
    titles = dict(Lecture.objects.filter(pk__in=named).values_list("pk", "title"))
    if outline.get("unlocked_at"):
        sentence = _("All lectures are open for them: {reason}").format(
            reason=outline.get("unlock_reason") or "-"
        )
    else:
        sentence = ngettext(
            "{count} lecture is locked.", "{count} lectures are locked.", len(locked)
        ).format(count=len(locked))
    return Part(
        title,
        sentences=(sentence,),
        headings=(_("lecture"), _("why"), _("opens"), _("comes first")),
        rows=[
            (
                titles.get(pk),
                LOCKS[lock.reason],
                lock.opens_at,
                ", ".join(titles.get(each, str(each)) for each in lock.lectures),
            )
            for pk, lock in rows.items()
        ],
        remedies=_mend_gates(outline, is_locked=bool(locked)),
    )


def _mend_gates(outline: Outline, *, is_locked: bool) -> Iterator[Remedy]:
    enrollment = Enrollment(
        pk=outline["_id"], user_id=outline["user_id"], course_id=outline["course_id"]
    )
    if outline.get("unlocked_at"):
        again = partial(_lock, enrollment)
        yield Remedy(_("Let the gates hold again"), "learning.change_enrollment", "lock", again)
    elif is_locked:
        lift = partial(_unlock, enrollment)
        yield Remedy(_("Open all lectures for them"), "learning.change_enrollment", "unlock", lift)


def _unlock(enrollment: Enrollment, by: User, reason: str) -> None:
    unlocking.unlock(enrollment, reason=reason, by=by.pk)


def _lock(enrollment: Enrollment, by: User, reason: str) -> None:
    unlocking.lock(enrollment, by=by.pk)
