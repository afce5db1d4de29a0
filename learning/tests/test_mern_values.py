"""What the import makes of single values: prices, texts, addresses of files, hashes, ids."""

from datetime import UTC, datetime

import bcrypt
import pytest
from bson import ObjectId
from bson.decimal128 import Decimal128
from django.contrib.auth import hashers
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.markdown import render
from learning.mern import files, people
from learning.mern.documents import as_id, as_number, as_time, created_at
from learning.mern.prices import UNUSABLE, read_price
from learning.mern.report import Outcome, Report
from learning.mern.texts import markdown
from lms import currencies

CLOUD = "https://res.cloudinary.com/sandbox"


@pytest.mark.parametrize(
    ("value", "currency", "amount"),
    [
        (499, "inr", 49900), (19.99, "usd", 1999), ("499", "usd", 49900), (" 4.5 ", "usd", 450), (1.1 + 2.2, "usd", 330),
        (1999.999, "usd", 200000), (0, "usd", 0), (None, "usd", 0), ("0.00", "usd", 0), (1200, "jpy", 1200), (1.5, "kwd", 1500),
        (Decimal128("12.345"), "usd", 1235), (Decimal128("NaN"), "usd", UNUSABLE), (-5, "usd", UNUSABLE), (0.1, "usd", UNUSABLE),
        (float("nan"), "usd", UNUSABLE), (float("inf"), "usd", UNUSABLE), (1e300, "usd", UNUSABLE), (10**400, "usd", UNUSABLE),
        ("free", "usd", UNUSABLE), ("1,000", "usd", UNUSABLE), (True, "usd", UNUSABLE), ([499], "usd", UNUSABLE), ("", "usd", UNUSABLE),
    ],
)  # fmt: skip
def test_a_price_is_an_integer_or_none_that_can_be_charged(value, currency, amount):
    findings = []
    assert read_price(value, currency, findings) == amount
    assert ("price_unusable" in {each.code for each in findings}) == (amount == UNUSABLE)
    assert not currencies.is_chargeable(UNUSABLE, currency)


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=50, max_value=99_999_999))
def test_a_price_of_two_decimals_is_exact_though_it_was_a_float(cents):
    findings = []
    assert read_price(cents / 100, "usd", findings) == cents
    assert not findings


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("plain *text*\r\nwith lines", "plain *text*\nwith lines"),
        ("a < b and c > d", "a < b and c > d"),
        ("<p>One</p><p>Two<br>lines</p>", "One\n\nTwo\\\nlines"),
        ("<p><strong>bold </strong>and <em>this</em></p>", "**bold** and *this*"),
        ('<a href="https://x.example/a">here</a> <a href="javascript:alert(1)">there</a>', "[here](https://x.example/a) there"),
        ("<ol><li>1. First</li><li># Second</li></ol>", "- 1\\. First\n- \\# Second"),
        ("<p>- no list</p><p>2 * 3</p>&lt;b&gt;", "\\- no list\n\n2 \\* 3\n\n\\<b\\>"),
        ("<div><script>evil()</script><style>p{}</style>kept</div>", "kept"),
        ("<p>unclosed <b>tags", "unclosed **tags**"),
        ("<p></p>", ""),
        ("<p>a<![</p>", "a"),
        ("<p>a<![if !vml]>b<![endif]></p>", "ab"),
    ],
)  # fmt: skip
def test_the_html_of_an_editor_becomes_markdown(html, expected):
    assert markdown(html, 20_000, [], "description") == expected


def test_what_markdown_cannot_show_and_what_is_too_long_is_said():
    findings = []
    assert (
        markdown("<p>" + "x" * 50 + "<img src=a><iframe></iframe></p>", 10, findings, "description")
        == "x" * 10
    )
    assert [each.code for each in findings] == ["description_lost_parts", "description_cut"]
    assert "iframe, img" in findings[0].sentence


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="ab <>/&*_[]()#-1.\n`\\!\"'=p", max_size=60))
def test_whatever_an_editor_left_is_shown_without_its_tags(text):
    html = render(markdown(f"<p>{text}</p>", 20_000, [], "description"))
    assert "<script" not in html
    assert "&lt;p&gt;" not in html or "<p>" in text or "&lt" in text


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"videoUrl": f"{CLOUD}/video/upload/v17/a/b.c.mp4"}, files.File("a/b.c", "mp4", 17)),
        ({"videoUrl": f"{CLOUD}/video/upload/sp_auto/q_auto/v17/b.MOV"}, files.File("b", "mov", 17)),
        ({"videoUrl": f"{CLOUD}/video/upload/b%20c.webm"}, files.File("b c", "webm", None)),
        ({"videoUrl": f"{CLOUD}/video/upload/v17/b.mp4", "publicId": "other"}, files.File("other", "", None)),
        ({"publicId": "b"}, files.File("b", "", None)),
        ({"publicId": "b", "videoUrl": "/uploads/b.mp4"}, files.File("b", "", None)),
        ({"publicId": "b", "videoUrl": "https://res.cloudinary.com/other/video/upload/b.mp4"}, "other_video"),
        ({"videoUrl": f"{CLOUD}/image/upload/v17/b.jpg"}, "other_video"),
        ({"videoUrl": f"{CLOUD}/video/upload/v17/b.exe"}, "other_video"),
        ({"videoUrl": "https://evil.example/sandbox/video/upload/v1/b.mp4"}, "other_video"),
        ({"videoUrl": "http://[bad"}, "other_video"),
        ({"publicId": "x" * 300}, "other_video"),
        ({"publicId": None, "videoUrl": ""}, "no_video"),
    ],
)  # fmt: skip
def test_a_video_is_found_by_its_public_id_or_its_address(document, expected):
    findings = []
    found = files.read_video(document, findings)
    assert (found or findings[0].code) == expected


def test_a_bcrypt_hash_is_verified_as_node_does_and_nothing_else_is_taken_for_one(settings):
    settings.PASSWORD_HASHERS = ["accounts.hashers.Argon2", "accounts.hashers.Bcrypt"]
    for password in ("short", "ü€ 💡", "p" * 72, "p" * 200, "ends\0here"):
        raw = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode()
        for prefix in ("2a", "2b", "2y"):
            given_hash = f"${prefix}{raw[3:]}"
            assert people.BCRYPT.fullmatch(given_hash)
            upgraded = []
            assert hashers.check_password(password, f"bcrypt${given_hash}", setter=upgraded.append)
            assert upgraded == [password]
            assert not hashers.check_password("x" + password, f"bcrypt${given_hash}")
    for bad in (
        "",
        "$2a$10$short",
        "$2x" + raw[3:],
        "$2b$31" + raw[6:],
        raw[:28] + "z" + raw[29:],
        raw + "\n",
        "$1$" + raw,
    ):
        assert not people.BCRYPT.fullmatch(bad)


def test_ids_numbers_and_times_are_read_whatever_their_type():
    pk = ObjectId()
    assert as_id(pk) == as_id(str(pk)) == as_id({"_id": pk, "name": "populated"}) == pk
    assert as_id("user_1") == as_id("user_1") != as_id("user_2")
    assert as_id(5) == as_id("5")
    assert [as_id(each) for each in (None, "", True, [], {}, 1.5)] == [None] * 6
    assert [as_number(each) for each in ("x", None, True, {}, float("nan"))] == [None] * 5
    year = datetime(2024, 1, 1)  # noqa: DTZ001 (as a driver without time zones returns it)
    assert as_time(year) == datetime(2024, 1, 1, tzinfo=UTC)
    for no_time in (year.replace(9999), year.replace(1), "2024", 5, None):
        assert as_time(no_time) is None
    assert created_at({"_id": pk, "createdAt": "yesterday"}) == pk.generation_time


def test_a_document_without_an_outcome_fails_the_report():
    report = Report()
    documents = [{"_id": 1}, {"_id": 2}]
    for document in report.reading("users", documents):
        report.record("users", document["_id"], Outcome.IMPORTED, [])
    assert "users" in "".join(report.lines())
    list(report.reading("users", documents[:1]))
    with pytest.raises(RuntimeError, match="users: 3 read, 2 accounted for"):
        list(report.lines())
