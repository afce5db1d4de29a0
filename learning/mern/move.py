"""One run of the import: its options, what it knows so far, and its report."""

from dataclasses import dataclass, field

from bson import ObjectId

from accounts.models import User
from courses.models import Category
from learning.mern.documents import Database, as_id, show
from learning.mern.identities import Identities
from learning.mern.report import Report, refused


@dataclass(frozen=True)
class Options:
    """What the operator chose. `category` takes courses of unknown categories, `instructor` those without a creator."""

    currency: str = "usd"
    language: str = "en"
    category: str = ""
    instructor: User | None = None


@dataclass
class Move:
    """What every step of a run needs. Without `writes`, it is a dry run: everything is read, nothing is written."""

    source: Database
    report: Report
    options: Options
    writes: bool = False
    known: Identities = field(default_factory=Identities)
    shared_avatars: set[str] = field(default_factory=set)
    shared_thumbnails: set[str] = field(default_factory=set)
    categories: dict[str, Category | None] = field(default_factory=dict)

    def person(self, reference: object) -> ObjectId:
        """Return the account of a person who is referred to. Raises if it was not imported, or is disabled."""
        theirs = as_id(reference)
        ours = self.known.get_id("person", theirs)
        if ours is None:
            raise refused("no_person", f"The person {show(reference)} was not imported.")
        if self.known.has("disabled", ours):
            raise refused("person_disabled", f"The account {ours} is disabled or erased.")
        return ours

    def course(self, reference: object) -> ObjectId:
        """Return the course that is referred to. Raises if it was not imported."""
        theirs = as_id(reference)
        if theirs is None or not self.known.has("course", theirs):
            raise refused("no_course", f"The course {show(reference)} was not imported.")
        return theirs
