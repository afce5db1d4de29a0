"""Markdown is rendered when it is written, in bounded time, to HTML that is safe to show."""

import time
from html.parser import HTMLParser
from importlib import import_module
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from courses import markdown
from courses.models import Course, Lecture
from courses.tests.factories import CourseFactory, LectureFactory, SectionFactory

URL = "/api/v1"

HOSTILE = """\
<script>alert(1)</script>
<img src=x onerror=alert(1)> <svg/onload=alert(1)> <p style="position:fixed">big</p>
<iframe src="https://evil.example"></iframe> <a href="javascript:alert(1)">x</a>

[a](javascript:alert(1)) [b](JaVaScRiPt&colon;alert(1)) [c](vbscript:x) [d](data:text/html,x)
[e](java&#10;script:alert(1)) <javascript:alert(1)> [g](https://evil.example "a\\" onclick=alert(1)")
![picture](data:image/png;base64,AAAA) ![x](javascript:alert(1)) ![f](file:///etc/passwd)

[ref]: javascript:alert(1)
[ref] `<script>` **bold** <!-- comment --> &lt;script&gt;

| a | b |
|---|:-:|
| <script> | [x](javascript:alert(1)) |

~~~html onload=alert(1)
<script>alert(1)</script>
~~~
"""

SAFE_TAGS = {
    *("p", "strong", "em", "del", "code", "pre", "a", "img", "br", "hr", "ul", "ol", "li"),
    *("blockquote", "h1", "h2", "h3", "table", "thead", "tbody", "tr", "th", "td"),
}
SAFE_ATTRIBUTES = {"href", "title", "rel", "src", "alt", "align"}


class Page(HTMLParser):
    """What a browser finds in HTML: tags, attributes and addresses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.rels: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.add(tag)
        self.attributes |= found.keys()
        self.addresses += [found[name] for name in ("href", "src") if found.get(name)]
        if tag == "a":
            self.rels.append(found.get("rel"))

    def handle_comment(self, data):
        self.tags.add("comment")


def assert_safe(html):
    page = Page(html)
    assert "<strong>bold</strong>" in html
    assert page.tags <= SAFE_TAGS
    assert page.attributes <= SAFE_ATTRIBUTES
    assert {urlsplit(each).scheme for each in page.addresses} <= {"", "https", "http", "mailto"}
    assert set(page.rels) == {"noopener noreferrer nofollow"}


def test_markdown_becomes_safe_html():
    assert_safe(markdown.render(HOSTILE))


def test_html_is_shown_as_text():
    html = markdown.render("Use `List<String>` or List<String> & x < y")
    assert (
        html == "<p>Use <code>List&lt;String&gt;</code> or List&lt;String&gt; &amp; x &lt; y</p>\n"
    )


def create_lecture(client, course):
    section = SectionFactory(course=course)
    body = {"section": str(section.pk), "title": "A", "kind": "article", "body": HOSTILE}
    response = client.post(f"{URL}/courses/{course.pk}/lectures", body)
    assert response.status_code == 201, response.json()
    return response.json()["body_html"], Lecture.objects.get().body_html


def change_lecture(client, course):
    lecture = LectureFactory(section__course=course)
    response = client.patch(f"{URL}/lectures/{lecture.pk}", {"body": HOSTILE})
    assert response.status_code == 200, response.json()
    read = client.get(f"{URL}/lectures/{lecture.pk}").json()["body_html"]
    return response.json()["body_html"], read, Lecture.objects.get().body_html


def create_course(client, course):
    price = {"amount": 4999, "currency": "usd"}
    body = {"title": "A", "category": course.category.slug, "price": price}
    response = client.post(f"{URL}/courses", body | {"description": HOSTILE})
    assert response.status_code == 201, response.json()
    kept = Course.objects.get(pk=response.json()["id"]).description_html
    return response.json()["description_html"], kept


def change_course(client, course):
    response = client.patch(f"{URL}/courses/{course.pk}", {"description": HOSTILE})
    read = client.get(f"{URL}/courses/{course.pk}").json()["description_html"]
    return response.json()["description_html"], read, Course.objects.get().description_html


@pytest.mark.django_db
@pytest.mark.parametrize("write", [create_lecture, change_lecture, create_course, change_course])
def test_every_way_to_write_markdown_keeps_safe_html(client_of, instructor, write):
    course = CourseFactory(instructor=instructor)
    for html in write(client_of(instructor), course):
        assert_safe(html)


def form_of(course, **changed):
    """Return the admin's form of a course, without sections and lectures."""
    counts = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}
    fields = {
        name: getattr(course, name)
        for name in (
            "title",
            "subtitle",
            "level",
            "language",
            "completion",
            "pacing",
            "price_amount",
        )
    }
    formsets = {f"{name}-{key}": 0 for name in ("sections", "lectures") for key in counts}
    kept = {"category": course.category_id, "currency": course.currency}
    return fields | formsets | kept | changed


@pytest.mark.django_db
def test_staff_who_correct_a_description_keep_safe_html(office):
    course = CourseFactory()
    page = f"/admin/courses/course/{course.pk}/change/"
    response = office.post(page, form_of(course, description=HOSTILE))
    assert response.status_code == 302, response.content.decode()
    assert_safe(Course.objects.get().description_html)


@pytest.mark.django_db
def test_what_is_read_is_not_rendered_again(client_of, instructor):
    lecture = LectureFactory(section__course__instructor=instructor)
    Lecture.objects.filter(pk=lecture.pk).update(body_html="<p>kept</p>")
    Course.objects.filter(pk=lecture.course_id).update(description_html="<p>kept</p>")
    client = client_of(instructor)
    assert client.get(f"{URL}/lectures/{lecture.pk}").json()["body_html"] == "<p>kept</p>"
    course = client.get(f"{URL}/courses/{lecture.course_id}").json()
    assert course["description_html"] == "<p>kept</p>"


SIZE = 100_000


def filled(part):
    return (part * (SIZE // len(part) + 1))[:SIZE]


PATHOLOGICAL = {
    "tables": "|" + "a|" * 20_000 + "\n|" + "-|" * 20_000,
    "cells": "|" + "a|" * 10_000 + "\n|" + "-|" * 10_000 + "\n" + "|\n" * 28_000,
    "long reference": "[a]: /" + "u" * 50_000 + "\n\n" + "[a]" * 16_000,
    "references": "".join(f"[{number}]: /u\n" for number in range(9_000)),
    "backticks": "".join("e" + "`" * number for number in range(440)),
    "nested emphasis": "*a _b " * 8_000 + "b_ a* " * 8_000,
    "nested lists": "".join("  " * depth + "- a\n" for depth in range(310)),
    "nested as allowed": ("> " * 95 + "a\n\n") * 500,
} | {
    part: filled(part)
    for part in (
        *(
            "[",
            "*a ",
            "> ",
            "a**b",
            "_a ",
            "![[]()",
            "<a ",
            "&",
            "[a](",
            "[a](<b",
            "*",
            "~~a ",
            "|",
        ),
        *("- ", "1) ", "a\n", "a\n\n", "<!-- a", "# a\n", "\\", "**a** ", "<http://a.b> ", "***a "),
        *("[a]", "|a\n|-\n", "<![CDATA[", "\0", "```\n", "* a\n  ", "> - ", "[a](b) ", "é"),
    )
}


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_a_hundred_kilobytes_of_anything_are_rendered_or_refused_soon(name):
    begun = time.process_time()
    text = PATHOLOGICAL[name]
    try:
        markdown.validate_markdown(text)
    except ValidationError:
        assert name in {"> ", "> - ", "nested emphasis", "nested lists", "1) ", "* a\n  "}
    assert len(markdown.render(text)) < 15 * SIZE
    assert time.process_time() - begun < 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["> " * 200 + "a", "- " * 60 + "a", "*a _b " * 100 + "b_ a* " * 100]
)
def test_text_that_is_nested_too_deeply_is_refused(client_of, instructor, text):
    lecture = LectureFactory(section__course__instructor=instructor)
    client = client_of(instructor)
    for path, attr in (
        (f"{URL}/lectures/{lecture.pk}", "body"),
        (f"{URL}/courses/{lecture.course_id}", "description"),
    ):
        response = client.patch(path, {attr: text})
        [error] = response.json()["errors"]
        assert (response.status_code, error["attr"], error["code"]) == (400, attr, "too_nested")


def test_text_that_is_nested_too_deeply_is_shown_as_it_is():
    assert markdown.render("> " * 200 + "<b>") == f"<pre>{'&gt; ' * 200}&lt;b&gt;</pre>"


@pytest.mark.django_db
def test_rows_without_html_are_filled_and_filling_may_be_repeated():
    lecture = LectureFactory(body="**bold**", body_html="")
    course = Course.objects.get()
    Course.objects.update(description_html="")
    kept = LectureFactory(section=lecture.section, body="a", body_html="<p>kept</p>")
    for _ in range(2):
        import_module("courses.migrations.0007_render_markdown").fill(apps, None)
        lecture.refresh_from_db()
        course.refresh_from_db()
        kept.refresh_from_db()
        assert lecture.body_html == "<p><strong>bold</strong></p>\n"
        assert course.description_html == "<p>What it is about.</p>\n"
        assert kept.body_html == "<p>kept</p>"
