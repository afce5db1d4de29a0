"""An instructor's overview agrees with the earnings and with the statistics of each course."""

from collections import Counter
from datetime import timedelta

import pytest
from bson import ObjectId
from django.utils import timezone

from accounts.tests.factories import UserFactory
from courses.models import Course
from courses.queries.cards import courses
from courses.tests.factories import CourseFactory
from learning.models import Enrollment
from learning.services.enrollment import revoke
from learning.tests.factories import EnrollmentFactory
from payments.gateway.snapshots import BalanceTransaction, DisputeSnapshot
from payments.ledger import bookings
from payments.ledger.revenue import first_moment
from payments.models import Refund
from payments.serializers import OverviewSerializer
from payments.tests.test_earnings import sold

pytestmark = pytest.mark.django_db

URL = "/api/v1/teaching/overview"


@pytest.fixture
def course(instructor):
    return CourseFactory(instructor=instructor, published=True)


def refund(order, amount):
    bookings.book_refund(Refund.objects.create(order=order, amount=amount, status="succeeded"))


def dispute(order, *directions):
    moved = [
        BalanceTransaction(f"txn_{ObjectId()}", way * order.total_amount, 1500, order.currency)
        for way in directions
    ]
    snapshot = DisputeSnapshot(
        id=f"dp_{ObjectId()}",
        amount=order.total_amount,
        status="lost",
        reason="",
        balance_transactions=tuple(moved),
    )
    bookings.book_dispute(order, snapshot)


def added(rows, name):
    """Add up the amounts of rows per currency; `name` holds one amount or several."""
    total = Counter()
    for row in rows:
        for money in row[name] if isinstance(row[name], list) else [row[name]]:
            total[money["currency"]] += money["amount"]
    return dict(total)


def test_money_agrees_with_the_earnings_after_sales_refunds_and_disputes(
    client_of, instructor, other_instructor, course, monkeypatch
):
    archived = CourseFactory(instructor=instructor, published=True, status="archived")
    for each, currency in [(course, "usd"), (course, "jpy"), (archived, "usd")] * 2:
        sold(UserFactory(), each, 5000, currency=currency)
    refund(sold(UserFactory(), course, 1099, tax=99), 400)
    dispute(sold(UserFactory(), course, 7001, currency="jpy"), -1)
    dispute(sold(UserFactory(), archived, 3000), -1, 1)
    with monkeypatch.context() as clock:
        earlier = timezone.now() - timedelta(days=40)
        clock.setattr("payments.ledger.bookings.timezone.now", lambda: earlier)
        sold(UserFactory(), course, 2000)
    sold(UserFactory(), CourseFactory(instructor=other_instructor, published=True), 9000)
    client = client_of(instructor)
    body = client.get(URL).json()
    earnings = client.get("/api/v1/payments/earnings").json()
    assert list(body) == list(OverviewSerializer().fields)
    assert added(body["results"], "revenue") == added(earnings["months"], "earned")
    by_course = {row["course"]["id"]: added([row], "revenue") for row in body["results"]}
    for pk, amounts in by_course.items():
        months = [month for month in earnings["months"] if month["course"]["id"] == pk]
        assert amounts == {"usd": 0, "jpy": 0} | added(months, "earned")
    everything = added([{"all": earnings["balances"]}], "all")
    assert added(body["days"], "revenue") == everything | {"usd": everything["usd"] - 1400}
    assert [row["revenue"] for row in body["days"][:5]] == [
        [{"amount": 0, "currency": "jpy"}, {"amount": 0, "currency": "usd"}]
    ] * 5


def test_money_of_a_course_that_is_gone_counts_in_the_days(client_of, instructor, course):
    sold(UserFactory(), course, 1000)
    courses().delete_one({"_id": course.pk})
    body = client_of(instructor).get(URL).json()
    assert body["results"] == []
    assert body["days"][-1]["revenue"] == [{"amount": 700, "currency": "usd"}]


def test_students_agree_with_the_statistics(client_of, instructor, course):
    draft = CourseFactory(instructor=instructor)
    for index in range(3):
        EnrollmentFactory(course=course, completed_at=timezone.now() if index else None)
    gone = EnrollmentFactory(course=course, completed_at=timezone.now())
    revoke(gone.user_id, course.pk, source="free")
    EnrollmentFactory()
    client = client_of(instructor)
    rows = client.get(URL).json()["results"]
    assert [row["course"]["id"] for row in rows] == [str(draft.pk), str(course.pk)]
    assert [row["course"]["status"] for row in rows] == ["draft", "published"]
    assert [(row["students"], row["completions"]) for row in rows] == [(0, 0), (3, 2)]
    for row in rows:
        url = f"/api/v1/courses/{row['course']['id']}/statistics"
        statistics = client.get(url).json()
        assert (row["students"], row["completions"]) == (
            statistics["students"],
            statistics["completed"],
        )
        assert row["rating"] == row["course"]["rating"] == {"average": None, "count": 0}


def test_the_last_thirty_days_of_all_courses_are_there_without_a_gap(client_of, instructor, course):
    other = CourseFactory(instructor=instructor)
    first = first_moment(30)
    instant = timedelta(milliseconds=1)
    for each, enrolled, completed in [
        (course, first, first + timedelta(days=1)),
        (other, first, None),
        (course, first - instant, first + timedelta(days=1) - instant),
        (course, timezone.now(), timezone.now()),
    ]:
        EnrollmentFactory(course=each, enrolled_at=enrolled, completed_at=completed)
    days = client_of(instructor).get(URL).json()["days"]
    dates = [f"{first + timedelta(days=day):%Y-%m-%d}" for day in range(30)]
    assert [day["date"] for day in days] == dates
    assert dates[-1] == f"{timezone.now():%Y-%m-%d}"
    counts = [(day["enrolled"], day["completed"]) for day in days]
    assert counts == [(2, 1), (0, 1), *[(0, 0)] * 27, (1, 1)]


def test_an_overview_costs_four_commands_however_much_there_is(
    client_of, instructor, course, commands
):
    client = client_of(instructor)

    def cost():
        with commands() as sent:
            assert client.get(URL).status_code == 200
        return [event.command_name for event in sent]

    alone = cost()
    others = [
        CourseFactory.build(instructor=instructor, category=course.category) for _ in range(4)
    ]
    Course.objects.bulk_create(others)
    now = timezone.now()
    Enrollment.objects.bulk_create(
        Enrollment(user_id=ObjectId(), course=each, enrolled_at=now, last_activity_at=now)
        for each in others
    )
    sold(UserFactory(), course, 1000)
    assert cost() == alone == ["aggregate"] * 4  # the session, courses, students, the ledger


def test_an_overview_without_courses_is_empty(client_of, other_instructor, course):
    body = client_of(other_instructor).get(URL).json()
    assert body["results"] == []
    assert {(day["enrolled"], day["completed"]) for day in body["days"]} == {(0, 0)}
    assert body["days"][0]["revenue"] == [{"amount": 0, "currency": "usd"}]
