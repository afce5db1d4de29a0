"""Why a person can or cannot watch a course, and what would mend it: this app's parts, and the registry of others'.

Nothing here decides: `access.decide`, `gates.find_locks` and `courses.visibility.may_see` do. The parts show what they
decided from.
"""

from learning.diagnosis.access import examine_account, examine_grants, explain
from learning.diagnosis.gates import examine_gates
from learning.diagnosis.parts import Examiner, Part, Remedy, examiners
from learning.diagnosis.playing import examine_course, examine_streams

OWN: tuple[Examiner, ...] = (
    examine_grants,
    examine_gates,
    examine_account,
    examine_streams,
    examine_course,
)

__all__ = ["OWN", "Examiner", "Part", "Remedy", "examiners", "explain"]
