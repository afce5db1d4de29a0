from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.utils import timezone

from accounts.models import User
from bench import examined, reads, scale, staff
from bench.rows import STUDENT, Rows, Sizes, id_of
from bench.scale import Cost
from bench.seed import Seed
from courses.models import Course
from learning.models import Enrollment
from lms.admin import ModelAdmin
from lms.mongodb import connection
from payments.models import LedgerEntry

SIZES = Sizes(courses=30, enrollments=60, orders=40)


@pytest.fixture
def seed(db):
    User.objects.create_superuser(staff.OWNER, "correct horse battery staple")
    seed = Seed()
    assert seed.grow(SIZES) > 600
    return seed


@pytest.mark.long
def test_every_read_is_answered_and_no_list_of_staff_is_left_out(seed, recorder):
    found = dict(scale.measure_all(seed, scale.parse(["--times", "0"]), recorder))
    lists = {
        f"{page.opts.label_lower}: page 1"
        for page in admin.site._registry.values()
        if isinstance(page, ModelAdmin)
    }
    assert lists <= found.keys()
    assert {f"GET {path}" for path in (*reads.VISITOR, *reads.STUDENT_READS)} <= found.keys()
    assert all(cost.commands and cost.milliseconds for cost in found.values())
    assert {cost.examined for name, cost in found.items() if name.startswith("admin: a p")} != {0}


def test_a_school_grows_and_what_is_written_has_every_column(seed):
    seed.grow(Sizes(courses=40, enrollments=90, orders=90))
    assert (Course.objects.count(), Enrollment.objects.count()) == (40, 90)
    written = 0
    for model in apps.get_models():
        document = connection.get_collection(model._meta.db_table).find_one()
        if document and model._meta.app_label not in ("auth", "contenttypes", "sessions"):
            assert document.keys() == {field.column for field in model._meta.concrete_fields}
            written += 1
    assert written > 25
    assert Course.objects.filter(status="published", terms__contains=["6py"]).exists()


def test_rows_are_the_same_in_every_run_and_nobody_has_a_course_twice():
    rows = Rows(Sizes(courses=300, enrollments=20_000, orders=20_000))
    pairs = [(rows.buyer_of(number), rows.course_of(number)) for number in range(20_000)]
    assert len(set(pairs)) == 20_000
    assert sum(person == STUDENT for person, _ in pairs) == 300
    assert id_of(User, 4) == id_of(User, 4) < id_of(User, 5)


def test_a_deep_page_is_far_down_its_list(seed, monkeypatch):
    monkeypatch.setattr(reads, "STRIDE", 10)
    found = {read.name: read for read in reads.list_api_reads(deep=20)}
    first, deep = found["GET courses"].send().json(), found["GET courses: deep"].send().json()
    published = Course.objects.filter(status="published").count()
    assert 20 < published == len(deep["results"]) + 20
    assert deep["results"][-1] != first["results"][-1]


def test_sizes_are_read_from_the_command_line():
    def sizes(line):
        return scale.list_sizes(scale.parse(line.split()))

    assert sizes("") == [Sizes(1000, 1000, 1000), Sizes(10_000, 10_000, 10_000)]
    million = sizes("--courses 1000 1000000 --enrollments 1000000")
    assert million == [Sizes(1000, 10**6, 10**6), Sizes(10**6, 10**6, 10**6)]
    assert scale.list_labels(million) == ["1,000", "1,000,000"]
    for wrong in ("--courses 1 2 --orders 1 2 3", "--courses 2 1"):
        with pytest.raises(SystemExit):
            sizes(wrong)


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
    assert count({"_id": {"$in": [id_of(User, number) for number in range(3)]}}, newest, 10) == 3
    assert count({"email": {"$gte": "person1", "$lt": "person2"}}) == 11
    either = [{"email": "person1@school.test"}, {"_id": id_of(User, 2)}]
    assert count({"$or": either}, newest, 10) == 2
    # Half of the students are looked at for half of the rows.
    assert count({"role": "student", "bio": "x"}, newest, 10) == students


def test_branches_of_one_order_are_read_as_far_as_the_limit(seed):
    older = {"status": "published", "published_at": {"$lt": timezone.now()}}
    tied = {"status": "published", "published_at": timezone.now(), "_id": {"$lt": "x"}}
    newest = {"published_at": -1, "_id": -1}
    assert examined.examine("courses_course", {"$or": [older, tied]}, newest, 5) == 5
    apart = {"status": "published", "$or": [{"published_at": older["published_at"]}]}
    assert examined.examine("courses_course", apart, newest, 5) == 5


def test_the_list_of_courses_reads_only_the_sales_of_its_own_courses(seed):
    sums = {
        "account": "stripe_balance",
        "course": {"$in": [id_of(Course, 0)]},
        "created_at": {"$gte": timezone.now() - timedelta(days=30)},
    }
    own = LedgerEntry.objects.filter(account="stripe_balance", course=id_of(Course, 0)).count()
    assert examined.examine("payments_ledgerentry", sums, None, None) <= own < 40


def test_a_line_marks_what_grows():
    bounded = scale.line("a list", [Cost(10, 3, 1000), Cost(20, 3, 1200)])
    assert bounded.split() == ["a", "list", "3", "1,000", "1,200", "1.2", "10.0", "20.0", "2.0"]
    scan = scale.line("a scan", [Cost(10, 3, 1000), Cost(100, 3, 10_000)])
    assert scan.endswith("10.0  grows")
    sizes = scale.head(["1,000", "10,000"]).splitlines()[1]
    assert sizes.split() == ["1,000", "10,000", "ratio"] * 2
    assert sizes.index("1,000") > scan.index("3")
