from datetime import timedelta

import pytest
from django.contrib import admin
from django.utils import timezone

from accounts.models import User
from bench import examined, reads, rows, scale
from bench.scale import Cost
from lms.admin import ModelAdmin
from payments.models import LedgerEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def seed():
    User.objects.create_superuser(reads.OWNER, "correct horse battery staple")
    seed = rows.Seed(rows.make_categories(2))
    assert seed.grow(40) > 300
    return seed


def test_every_read_is_answered_and_no_list_of_staff_is_left_out(seed, watched):
    recorder = examined.Recorder()
    with watched(recorder.started):
        found = dict(scale.measure_all(seed, scale.parse(["--times", "1"]), recorder))
    lists = {
        page.opts.label_lower
        for page in admin.site._registry.values()
        if isinstance(page, ModelAdmin)
    }
    assert lists <= found.keys()
    assert found.keys() >= reads.VISITOR.keys() | reads.STUDENT.keys()
    assert all(cost.commands and cost.milliseconds for cost in found.values())
    assert {cost.examined for name, cost in found.items() if name.startswith("admin: a p")} != {0}


def test_rows_are_counted_as_an_index_and_a_limit_let_mongodb_read_them(seed):
    def count(query, sort=None, limit=None):
        return examined.examine("accounts_user", query, sort, limit)

    everybody = User.objects.count()
    newest = {"_id": -1}
    students = User.objects.filter(role="student").count()
    assert count({"bio": "x"}) == everybody
    assert count({}, newest, 10) == 10
    assert count({}, {"name": 1}, 10) == everybody
    assert count({"role": "student"}, newest, 10) == 10
    assert count({"role": "student"}, {"name": 1}, 10) == students
    assert count({"_id": {"$in": seed.people[:3]}}, newest, 10) == 3
    assert count({"email": {"$gte": "person1", "$lt": "person2"}}) == 11
    either = [{"email": "person1@example.test"}, {"_id": seed.people[2]}]
    assert count({"$or": either}, newest, 10) == 2
    # Half of the students are looked at for half of the rows.
    assert count({"role": "student", "bio": "x"}, newest, 10) == students


def test_the_list_of_courses_reads_only_the_sales_of_its_own_courses(seed):
    sums = {
        "account": "stripe_balance",
        "course": {"$in": seed.courses[:1]},
        "created_at": {"$gte": timezone.now() - timedelta(days=30)},
    }
    own = LedgerEntry.objects.filter(account="stripe_balance", course=seed.courses[0]).count()
    assert examined.examine("payments_ledgerentry", sums, None, None) <= own < 40


def test_a_table_marks_what_grows():
    costs = {
        "a list": [Cost(10, 3, 1000), Cost(20, 3, 1200)],
        "a scan": [Cost(10, 3, 1000), Cost(100, 3, 10_000)],
    }
    *_, bounded, scan = scale.table([1000, 10_000], costs)
    assert bounded.split() == ["a", "list", "3", "1,000", "1,200", "1.2", "10.0", "20.0", "2.0"]
    assert scan.endswith("10.0  grows")
