"""The database of an Express and Mongoose server, with every oddity of its family, is imported twice over."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from bson import ObjectId
from django.core.management import CommandError, call_command
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import User
from courses.models import Course, Lecture, Review
from courses.services.authoring import create, list_missing
from courses.services.students import sum_up
from courses.tests.factories import CategoryFactory
from demo import mern
from demo.mern import COURSES, LECTURES, LONG_PASSWORD, PEOPLE
from learning.models import AccessChange, Enrollment
from learning.services.enrollment import revoke
from media.models import Asset
from payments.models import LedgerEntry, Order

NAME = "express"
API = "/api/v1"


@pytest.fixture
def express(db, settings) -> Iterator[Any]:
    """The seeded database of the other server."""
    settings.PASSWORD_HASHERS = ["accounts.hashers.Argon2", "accounts.hashers.Bcrypt"]
    connection.ensure_connection()
    client = connection.connection
    client.drop_database(NAME)
    mern.seed(settings.DATABASES["default"]["HOST"], NAME)
    yield client[NAME]
    client.drop_database(NAME)


@pytest.fixture
def run(settings, tmp_path):
    """Import; return the numbers (read, imported, merged, refused) by collection, and the lines of the report."""

    def command(*options: str) -> tuple[dict[str, list[int]], list[dict]]:
        out, path = StringIO(), tmp_path / "report.jsonl"
        uri = settings.DATABASES["default"]["HOST"]
        choices = ["--database", NAME, "--currency", "inr", "--report", path, *options]
        call_command("import_mern", uri, *choices, stdout=out)
        rows = [line.split() for line in out.getvalue().splitlines()]
        table = [row for row in rows if len(row) == 5 and all(map(str.isdecimal, row[1:]))]
        lines = path.read_text().splitlines()
        return {name: list(map(int, rest)) for name, *rest in table}, list(map(json.loads, lines))

    return command


def everything(database: Any) -> dict[str, list]:
    """Return all rows of a database; without the empty collections."""
    names = database.list_collection_names()
    found = {name: sorted(database[name].find(), key=lambda row: str(row["_id"])) for name in names}
    # A time that no counter of a test compares: NaN would equal nothing.
    return {name: [repr(row) for row in rows] for name, rows in found.items() if rows}


def codes(lines: list[dict]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in lines:
        found.setdefault(line["collection"], set()).update(
            each["code"] for each in line["findings"]
        )
    return found


def test_an_old_database_is_imported_once_however_often_it_is_imported(express, run):
    source, empty = everything(express), everything(connection.database)

    numbers, lines = run()
    assert everything(connection.database) == empty, "a dry run writes nothing"
    documents = mern.collections()
    for name, (read, *outcomes) in numbers.items():
        assert read == sum(outcomes), "every document is imported, merged or refused with a reason"
        assert read == len(documents.get(name, range(read)))
    assert numbers.keys() > documents.keys() - {"quizzes"}
    assert all(line["findings"] for line in lines)
    assert codes(lines)["users"] == {
        "admin_not_staff",
        "avatar_elsewhere",
        "avatar_shared",
        "bad_address",
        "disabled",
        "must_reset_password",
        "name_cut",
        "name_replaced",
        "new_id",
        "role_unknown",
        "same_address",
    }
    assert codes(lines)["courses"] == {
        "all_previews",
        "description_lost_parts",
        "description_made",
        "lecture_shared",
        "lectures_missing",
        "level_unknown",
        "made_instructor",
        "no_creator",
        "price_rounded",
        "price_unusable",
        "stays_draft",
        "title_cleaned",
        "title_cut",
        "title_missing",
    }
    assert codes(lines)["lectures"] == {"no_course", "no_video", "other_video"}
    assert codes(lines)["coursepurchases"] == {
        "no_course",
        "no_person",
        "not_completed",
        "own_course",
        "person_disabled",
        "refunded",
        "same_course",
        "status_unknown",
    }
    assert {"lectures_unknown", "completed_early", "percentage_ignored", "not_enrolled"} <= codes(
        lines
    )["courseprogresses"]

    assert run("--apply") == (numbers, lines), "the dry run says what is done"
    assert everything(express) == source, "the other server's database is only read"
    _check_people()
    _check_courses()
    _check_access()
    _check_over_http()

    _change_here()
    before = everything(connection.database)
    again, lines = run("--apply")
    assert everything(connection.database) == before, (
        "a second run imports nothing and undoes nothing"
    )
    assert {name: row[:2] for name, row in again.items()} == {
        name: [row[0], 0] for name, row in numbers.items()
    }
    assert "course_already_here" in codes(lines)["lectures"]


def _change_here() -> None:
    """Do what people do after the move."""
    User.objects.filter(pk=PEOPLE["tina"]).update(name="Tina T.", email="tina@new.example")
    Course.objects.filter(pk=COURSES["react"]).update(title="React, again", status="draft")
    Lecture.objects.filter(pk=LECTURES["hooks"]).delete()
    Enrollment.objects.filter(course=COURSES["react"]).update(completed_lectures=[])
    revoke(PEOPLE["no_letter"], COURSES["cents"], source="import", by=PEOPLE["amir"])
    sum_up()


def _check_people() -> None:
    tina, amir = (User.objects.get(pk=PEOPLE[name]) for name in ("tina", "amir"))
    assert (tina.role, tina.avatar.name, tina.created_at) == ("instructor", "tina.jpg", mern.day(1))
    assert (amir.role, amir.is_staff, amir.is_superuser) == ("instructor", False, False)
    assert not User.objects.get(
        pk=PEOPLE["sara"]
    ).has_usable_password()  # two people had the address
    assert not User.objects.filter(pk__in=[PEOPLE["sara_again"], PEOPLE["no_mail"]]).exists()
    assert not User.objects.get(pk=PEOPLE["blocked"]).is_active


def _check_courses() -> None:
    prices = dict(Course.objects.values_list("pk", "price_amount"))
    named = {name: prices.get(pk) for name, pk in COURSES.items()}
    assert named == {
        "react": 49900, "free": 0, "odd_price": 330, "cents": 1999, "negative": 1, "huge": 1, "empty": 49900,
        "orphan": None, "html": 1, "shared": 200000,
    }  # fmt: skip
    published = Course.objects.published()
    assert set(published.values_list("pk", flat=True)) == {
        COURSES[name] for name in ("react", "free", "cents", "shared")
    }
    assert not any(list_missing(course) for course in published)
    react = Course.objects.get(pk=COURSES["react"])
    assert (
        react.published_at,
        react.lecture_count,
        react.duration_seconds,
        react.enrolled_count,
    ) == (mern.day(1), 3, 95, 2)
    in_order = (
        Lecture.objects.filter(course=react).order_by("position").values_list("pk", flat=True)
    )
    assert list(in_order) == [LECTURES[name] for name in ("hello", "hooks", "state", "no_video")]
    html = Course.objects.get(pk=COURSES["html"])
    assert html.description == "## Why\n\nIt is **good** & *fast*.\n\n- One\n- Two\n\n2 \\* 3 \\* 4"
    shared = Lecture.objects.filter(asset=Asset.objects.get(public_id="both"))
    assert shared.count() == len({lecture.course_id for lecture in shared}) == 4
    assert not Lecture.objects.filter(course=COURSES["cents"], is_preview=True).exists()


def _check_access() -> None:
    enrollment = Enrollment.objects.get(user=PEOPLE["sara"], course=COURSES["react"])
    (grant,) = enrollment.grants
    assert (grant.source, grant.order, grant.active, grant.since) == (
        "import",
        None,
        True,
        mern.day(21),
    )
    assert enrollment.enrolled_at == mern.day(21)
    assert sorted(enrollment.completed_lectures) == sorted(
        LECTURES[name] for name in ("hello", "hooks", "state")
    )
    assert (enrollment.consumed_percent, enrollment.completed_at) == (100, mern.day(40))
    assert (enrollment.last_lecture, enrollment.last_lecture_at) == (
        LECTURES["state"],
        mern.day(40),
    )
    holders = (
        Enrollment.objects.active().filter(course=COURSES["cents"]).values_list("user", flat=True)
    )
    assert PEOPLE["cut_hash"] not in set(holders), "what was refunded gives no access"
    assert AccessChange.objects.count() == Enrollment.objects.count()
    assert not Order.objects.exists()
    assert not LedgerEntry.objects.exists()
    assert Review.objects.get(course=COURSES["react"]).rating == 5


def _check_over_http() -> None:
    long = User.objects.get(pk=PEOPLE["long"])
    assert long.password.startswith("bcrypt$")
    client = APIClient()
    body = {"email": "LONG@example.com", "password": LONG_PASSWORD}
    assert (
        client.post(f"{API}/auth/token", body | {"password": LONG_PASSWORD[:60]}).status_code == 401
    )
    token = client.post(f"{API}/auth/token", body).json()["access"]
    assert User.objects.get(pk=long.pk).password.startswith("argon2$argon2id$")
    assert client.post(f"{API}/auth/token", body).status_code == 200
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    course = f"{API}/courses/{COURSES['react']}"
    assert client.get(f"{course}/access").json()["reason"] == "enrolled"
    assert client.get(f"{course}/progress").json()["percentage"] == 0
    playback = client.post(f"{API}/lectures/{LECTURES['state']}/playback").json()
    assert "type=upload" in playback["url"]
    assert "public_id=folder%2Fstate" in playback["url"]

    sara = User.objects.get(pk=PEOPLE["sara"])
    client.force_authenticate(sara)
    progress = client.get(f"{course}/progress").json()
    assert (progress["percentage"], progress["is_completed"]) == (100, True)
    assert progress["certificate"]


ODD = (2**63 - 1, "\0 \u202e <b>", [None, {"_id": 5}])


def test_a_field_of_any_type_is_a_finding_and_no_error(express, run):
    """Give every field of a good document of each collection every odd value in turn."""
    for name, documents in mern.collections().items():
        good = max(documents, key=len)
        express[name].insert_many(
            good | {"_id": ObjectId(), "email": f"{number}.{at}@example.com"} | {field: value}
            for number, field in enumerate(good.keys() - {"_id"})
            for at, value in enumerate(ODD)
        )
    every = express["lectures"].distinct("_id")
    express["courses"].update_one({"_id": COURSES["react"]}, {"$set": {"lectures": every}})
    numbers, lines = run()
    assert all(read == sum(outcomes) for read, *outcomes in numbers.values())
    assert not [line for line in lines if any(e["code"] == "unexpected" for e in line["findings"])]


def test_an_import_goes_on_where_it_stopped_and_uses_what_the_operator_says(
    express, run, instructor, fail_commands
):
    express["courses"].delete_many({"_id": {"$nin": [COURSES["orphan"], COURSES["html"]]}})
    for name in express.list_collection_names():
        if name not in {"users", "courses", "lectures"}:
            express.drop_collection(name)
    fail_commands("update", errorCode=11600)
    with pytest.raises(CommandError, match="it goes on where it stopped"):
        run("--apply")
    assert User.objects.filter(pk__in=PEOPLE.values()).count() < 7
    # As if the last run had ended while it wrote this course.
    half = create(instructor, pk=COURSES["html"], title="Half", category=CategoryFactory())

    numbers, _ = run("--apply", "--instructor", instructor.email, "--category", "Imported")
    assert User.objects.filter(pk__in=PEOPLE.values()).count() == 7
    assert numbers["courses"] == [2, 2, 0, 0]
    assert "coursepurchases" not in numbers
    assert half.lectures.count() == 1
    orphan = Course.objects.get(pk=COURSES["orphan"])
    assert (orphan.instructor_id, orphan.category.name, orphan.status) == (
        instructor.pk,
        "Imported",
        "draft",
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=1"], "A database failed"),
        (["http://example.com"], "no address of a MongoDB"),
        (["mongodb://127.0.0.1:1", "--currency", "xxx"], "Name a currency"),
        (["mongodb://127.0.0.1:1", "--language", "??"], "no language tag"),
        (["mongodb://127.0.0.1:1", "--instructor", "nobody@example.com"], "No active account"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(db, arguments, says):
    with pytest.raises(CommandError, match=says):
        call_command("import_mern", *arguments)


def test_a_database_of_something_else_is_refused(db, settings):
    with pytest.raises(CommandError, match="has no users or no courses, but: nothing"):
        call_command("import_mern", settings.DATABASES["default"]["HOST"], database="nowhere")
