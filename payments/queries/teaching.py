"""An instructor's overview: their courses with students and earnings, and the last days of all of them together."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bson import ObjectId

from courses.queries.cards import list_cards, render_own_card
from learning.queries.teaching import count_students
from lms.drf import money
from lms.mongodb.pipelines import Pipeline
from payments.ledger.earnings import read_recent_earnings
from payments.ledger.revenue import first_moment

MAX_COURSES = 100
"""The newest courses that are shown: as many as MongoDB returns in one answer, so that no second command is needed."""

DAYS = 30
NEWEST_FIRST = {"created_at": -1, "_id": -1}


def render_overview(instructor_id: ObjectId) -> dict[str, Any]:
    """Render an instructor's overview, as `OverviewSerializer` declares it; three commands.

    Students are those of the courses that are shown, money is that of the whole account. Each `revenue` has the same
    currencies.
    """
    since = first_moment(DAYS)
    newest: Pipeline = [{"$sort": NEWEST_FIRST}, {"$limit": MAX_COURSES}]
    cards = list_cards([{"$match": {"instructor_id": instructor_id}}, *newest])
    counts = count_students([card["_id"] for card in cards], since)
    earned = read_recent_earnings(instructor_id, since)

    def render_revenue(amounts: Mapping[str, int]) -> list[dict[str, Any]]:
        return [money(amounts.get(currency, 0), currency) for currency in earned.currencies]

    dates = [f"{since + timedelta(days=day):%Y-%m-%d}" for day in range(DAYS)]
    courses = [(card["_id"], render_own_card(card)) for card in cards]
    return {
        "results": [
            {
                "course": course,
                "students": counts.students.get(pk, 0),
                "completions": counts.completions.get(pk, 0),
                "rating": course["rating"],
                "revenue": render_revenue(earned.courses.get(pk, {})),
            }
            for pk, course in courses
        ],
        "days": [
            {
                "date": date,
                "enrolled": counts.enrolled.get(date, 0),
                "completed": counts.completed.get(date, 0),
                "revenue": render_revenue(earned.days.get(date, {})),
            }
            for date in dates
        ],
    }
