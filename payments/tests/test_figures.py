"""The figures on the staff's first page: they agree with the ledger, and only those who may see money see them."""

import csv
import io
import re
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from bson import ObjectId
from django.contrib.auth.models import Permission
from django.http import QueryDict
from django.utils import timezone

from accounts.tests.factories import UserFactory
from courses.tests.factories import CourseFactory
from learning.tests.factories import EnrollmentFactory
from lms.models import AuditEntry
from lms.periods import Period
from payments.figures import FiguresForm
from payments.gateway.snapshots import BalanceTransaction, DisputeSnapshot
from payments.ledger import bookings
from payments.ledger.figures import list_top_courses, read_money
from payments.models import LedgerEntry, Refund
from payments.queries.figures import read_people
from payments.tests.factories import OrderFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 3, 27), date(2026, 3, 30)
PAGE, EXPORT = "/admin/", "/admin/payments/ledgerentry/figures/{}/"


def sold(amount=4999, **fields):
    order = OrderFactory(list_amount=amount, paid_at=timezone.now(), **{"status": "paid", **fields})
    bookings.book_sale(order)
    return order


def refunded(order, amount):
    refund = Refund.objects.create(order=order, amount=amount, status="succeeded")
    bookings.book_refund(refund)
    return refund


def disputed(order, *changes):
    """Book a dispute over a whole order, for what changed Stripe's balance: an amount and a fee each."""
    transactions = tuple(
        BalanceTransaction(f"{order.pk}-{amount}", amount, fee, order.currency)
        for amount, fee in changes
    )
    snapshot = DisputeSnapshot(
        f"du_{order.pk}", "needs_response", "fraudulent", order.total_amount, transactions
    )
    bookings.book_dispute(order, snapshot)


@pytest.fixture
def clock(monkeypatch):
    """Set the time for what is booked within `with clock(moment):`."""

    @contextmanager
    def at(moment):
        with monkeypatch.context() as patched:
            patched.setattr("django.utils.timezone.now", lambda: moment.astimezone(UTC))
            yield

    return at


@pytest.fixture
def office(client):
    """Sign a member of staff in with some permissions."""

    def sign_in(*permissions):
        person = UserFactory(is_staff=True)
        person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        client.force_login(person)
        return client

    return sign_in


OURS = {bookings.REVENUE, bookings.REFUNDS, bookings.DISPUTES}
OWN = {bookings.BALANCE, bookings.FEES, bookings.TAX, *OURS}


def figures_of(line):
    """Yield what a line of the ledger means, read from its account alone where that is possible."""
    if line.account == bookings.BALANCE:
        if line.kind == "sale":
            yield from {"orders": 1, "sold": line.amount}.items()
        elif line.kind in {"refund", "refund_failed"}:
            yield "refunded", -line.amount
        elif line.kind in {"dispute", "dispute_reinstated"}:
            yield "disputed", -line.amount
    elif line.account == bookings.FEES:
        yield "fees", line.amount
    elif line.account == bookings.TAX:
        yield "tax", -line.amount
    else:
        yield "house" if line.account in OURS else "instructors", -line.amount


def sum_lines(zone):
    """Sum the lines of the ledger one by one: by currency, figure and local day, or "before"."""
    sums = Counter()
    for line in LedgerEntry.objects.all():
        day = line.created_at.astimezone(zone).date()
        if FIRST - 4 * DAY <= day <= LAST:
            for figure, amount in figures_of(line):
                sums[line.currency, figure, "before" if day < FIRST else str(day)] += amount
    return sums


@pytest.mark.parametrize("name", ["Pacific/Auckland", "America/Los_Angeles"])
def test_figures_agree_with_the_ledger_on_each_local_day_in_each_currency(
    settings, clock, student, course, name
):
    settings.TIME_ZONE = name
    zone = ZoneInfo(name)

    def moment(day, at=time.min):
        return datetime.combine(day, at, zone)

    def sell(currency, **fields):
        # So that one person may buy one course often.
        fields = {"user": student, "course": course, "status": "refunded", **fields}
        return sold(5000, currency=currency, **fields)

    for currency in ("usd", "eur"):
        for day in (FIRST - DAY, FIRST, LAST):
            with clock(moment(day)):
                order, again = sell(currency, tax_amount=333), sell(currency)
                bookings.book_fee(order, BalanceTransaction(f"fee_{order.pk}", 5000, 175, "usd"))
            with clock(moment(day, time.max)):
                refunded(order, 1001)
                bookings.book_failed_refund(refunded(order, 500))
                disputed(again, (-5000, 1500))
        with clock(moment(LAST, time(12))):
            disputed(again, (-5000, 1500), (5000, 0))
        for outside in (moment(FIRST - 4 * DAY) - timedelta(seconds=1), moment(LAST + DAY)):
            with clock(outside):
                sell(currency)
    found, summed = read_money(Period(FIRST, LAST)), sum_lines(zone)
    assert list(found) == ["eur", "usd"]
    days = [str(FIRST + number * DAY) for number in range(4)]
    for currency, money in found.items():
        for figure, series in money.items():
            expected = {day: summed[currency, figure, day] for day in days}
            assert series.steps == expected, (currency, figure)
            assert series.before == summed[currency, figure, "before"], (currency, figure)
    assert found["eur"]["orders"].total == 4
    assert found["usd"]["fees"].total == 2 * 2 * 175 + 2 * 1500
    assert found["eur"]["fees"].total == 2 * 1500


def test_a_currency_never_mixes_with_another_in_sums_or_courses(office):
    best = CourseFactory(published=True, title="Sold in yen")
    sold(5000, currency="jpy", course=best)
    for amount in (1000, 1500):
        sold(amount, course=CourseFactory(published=True, title=f"Sold for {amount}"))
    sold(2000, currency="eur", course=best)
    text = office("view_figures").get(PAGE).content.decode()
    assert "25.00 USD" in text
    assert not re.search(r"\d (EUR|JPY)", text)
    assert text.index("Sold for 1500") < text.index("Sold for 1000")
    assert "Sold in yen" not in text
    text = office("view_figures").get(PAGE, {"currency": "jpy"}).content.decode()
    assert "5,000 JPY" in text
    assert not re.search(r"\d (EUR|USD)", text)
    assert "Sold for" not in text
    today = Period(timezone.localdate(), timezone.localdate())
    assert [each.sold for each in list_top_courses(today, "usd", 1)] == [1500]


def test_people_are_counted_on_their_local_day(settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    midnight = datetime.combine(LAST, time(), ZoneInfo("Pacific/Auckland"))
    second = timedelta(seconds=1)
    for moment in (midnight - 3 * DAY, midnight - second, midnight, midnight):
        EnrollmentFactory(
            user=UserFactory(pk=ObjectId(ObjectId.from_datetime(moment).binary[:4] + ObjectId().binary[4:])),
            enrolled_at=moment,
            completed_at=moment + DAY - second,
        )  # fmt: skip
    people, enrollments, completions = (
        each.series for each in read_people(Period(LAST - DAY, LAST))
    )
    days = {"2026-03-29": 1, "2026-03-30": 2}
    assert people.steps == enrollments.steps == days
    assert completions.steps == {"2026-03-29": 0, "2026-03-30": 3}
    assert (people.before, enrollments.before, completions.before) == (1, 1, 1)


def test_staff_who_may_see_figures_see_numbers_tables_and_drawings_in_their_language(office):
    refunded(sold(4999), 1001)
    client = office("view_figures")
    text = client.get(PAGE).content.decode()
    for part in ["49.99 USD", "10.01 USD", "<rect", "Show the numbers", "Download as CSV"]:
        assert part in text, part
    text = client.get(PAGE, headers={"Accept-Language": "de"}).content.decode()
    assert "49,99 USD" in text
    numbers = re.findall(r' (?:x|y|y1|y2|width|height|viewBox)="([^"]*)"', text)
    assert any("." in each for each in numbers)
    assert not any("," in each for each in numbers)


def test_each_figure_is_compared_with_the_period_before(office, clock):
    with clock(timezone.now() - 30 * DAY):
        sold(1000)
    sold(1120)
    client = office("view_figures")
    text = client.get(PAGE).content.decode()
    assert "+12% · before: 10.00 USD" in text
    german = client.get(PAGE, headers={"Accept-Language": "de"}).content.decode()
    assert "+12\N{NO-BREAK SPACE}% ·" in german
    text = client.get(PAGE, {"period": "today"}).content.decode()
    assert "before: 0.00 USD" in text
    assert "%" not in re.findall(r"<dl.*?</dl>", text, re.DOTALL)[0]


def test_other_staff_see_no_figures_and_get_no_csv(office):
    sold(4999)
    client = office("view_ledgerentry", "view_order", "view_course", "export_lists")
    assert "49.99" not in client.get(PAGE).content.decode()
    for name in ("sales", "people", "courses", "nothing"):
        assert client.get(EXPORT.format(name)).status_code == 403


def test_a_chart_is_downloaded_as_csv_which_the_audit_log_keeps(office):
    sold(4999, course=CourseFactory(published=True, title="=1+1"))
    client = office("view_figures")

    def read(name, **query):
        text = client.get(EXPORT.format(name), query).content.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    rows = read("sales", period="7d")
    assert len(rows) == 7
    assert rows[-1]["Day"] == str(timezone.localdate())
    assert (rows[-1]["Orders"], rows[-1]["Sold"], rows[-1]["Currency"]) == ("1", "49.99", "USD")
    assert sum(Decimal(row["Sold"]) for row in rows) == Decimal("49.99")
    assert len(read("people", since="2025-01-01", until="2025-12-31")) == 12
    [row] = read("courses", currency="USD")
    assert (row["Course"], row["Sold"]) == ("'=1+1", "49.99")
    entries = AuditEntry.objects.filter(action="export").order_by("pk")
    assert [entry.after["rows"] for entry in entries] == [7, 12, 1]
    assert entries[1].after["query"] == "figures/people?since=2025-01-01&until=2025-12-31&currency="
    assert client.get(EXPORT.format("nothing")).status_code == 404


NONSENSE = {
    "since=2026-02-30&until=2026-03-01": "Enter a valid date.",
    "since=2026-03-02&until=2026-03-01": "The first day is after the last day.",
    "since=2026-03-02": "Choose the first day and the last day.",
    "since=0001-01-01&until=2026-03-01": "Choose days from 1 January 2000 to",
    "since=2026-03-01&until=9999-12-31": "Choose days from 1 January 2000 to",
    "since=2020-01-01&until=2026-03-01": "Choose at most 1,098 days.",
    "period=%00": "is not one of the available choices.",
    "currency=u%00d": "Null characters are not allowed.",
    "period=decade": "decade is not one of the available choices.",
    "currency=%F0%9F%92%B0": "This currency is unknown.",
}


def test_a_period_or_currency_that_makes_no_sense_is_answered_by_a_sentence(office):
    for query, sentence in NONSENSE.items():
        [found] = FiguresForm(QueryDict(query)).sentences
        assert sentence in found, query
    query, sentence = next(iter(NONSENSE.items()))
    answer = office("view_figures").get(f"{EXPORT.format('sales')}?{query}", follow=True)
    assert answer.redirect_chain == [(f"{PAGE}?{query}", 302)]
    text = answer.content.decode()
    assert sentence in text
    assert "<figure" not in text
    assert not AuditEntry.objects.exists()


def test_the_figures_cost_the_same_commands_however_much_was_sold(office, commands):
    client = office("view_figures")
    # The session, its user and their permissions (4); money, courses with titles, people, enrollments and completions (6).
    budget = 10

    def cost():
        with commands() as sent:
            assert client.get(PAGE, {"period": "90d"}).status_code == 200
        return len(sent)

    sold()
    assert cost() <= budget
    for currency in ("usd", "eur", "gbp"):
        EnrollmentFactory(completed_at=timezone.now())
        refunded(sold(currency=currency), 100)
    assert cost() <= budget
