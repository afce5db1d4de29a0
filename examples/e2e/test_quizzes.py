"""Quizzes and assignments, from the first question to the certificate, with the instructor who grades them."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from demo import papers
from demo.content import INSTRUCTOR
from examples.e2e import demo
from examples.e2e.people import expect_heading
from examples.e2e.watch import Watch

QUESTIONS: tuple[dict[str, Any], ...] = (
    {
        "kind": "single_choice",
        "prompt": "What records a snapshot?",
        "options": ["`git add`", "`git commit`"],
        "key": {"option": 1},
        "explanation": "`git add` only chooses what goes in.",
    },
    {
        "kind": "short_text",
        "prompt": "Which file names what Git ignores?",
        "key": {"accept": [".gitignore"]},
    },
    {"kind": "essay", "prompt": "Why are small commits good?"},
)
RULES = {"passing_percent": 60, "max_attempts": 3, "time_limit_seconds": 600}
ASSIGNMENT = {
    "instructions": "Describe a conflict that you *solved*.",
    "points": 10_000,
    "rubric": [{"title": "Clarity", "points": 4000}, {"title": "Commands", "points": 6000}],
    "accept": ["text", "files"],
    "passing_percent": 50,
}


class Exam(NamedTuple):
    """A free course in order: a quiz, then an assignment."""

    id: str
    slug: str
    quiz: str
    assignment: str


@cache
def exam() -> Exam:
    """Publish the course, once in all."""
    title = f"Exam {demo.new_address('e')[2:10]}"
    course = teach("POST", "/courses", {
        "title": title, "description": "Git in a team.", "category": "programming", "level": "all",
        "language": "en", "price": {"amount": 0, "currency": "usd"},
    })  # fmt: skip
    path = f"/courses/{course['id']}"
    section = teach("POST", f"{path}/sections", {"title": "Examined"})["id"]
    quiz, assignment = (
        teach("POST", f"{path}/lectures", {"section": section, "title": title, "kind": kind})["id"]
        for title, kind in (("What do you know?", "quiz"), ("A conflict", "assignment"))
    )
    questions = [teach("POST", "/questions", question)["id"] for question in QUESTIONS]
    items = [{"question": question} for question in questions]
    teach("PUT", f"/lectures/{quiz}/quiz", RULES | {"items": items})
    teach("PUT", f"/lectures/{assignment}/assignment", ASSIGNMENT)
    teach("PATCH", path, {"pacing": "in_order"})
    teach("POST", f"{path}/publish")
    return Exam(course["id"], course["slug"], quiz, assignment)


def teach(method: str, path: str, body: Any = None) -> Any:
    return demo.api(method, path, token=demo.token(INSTRUCTOR), json=body)


def pass_quiz(student: str) -> None:
    """Pass the quiz of the course without its page."""
    token = demo.token(student)
    attempt = demo.api("POST", f"/lectures/{exam().quiz}/attempts", token=token)
    single, text, _ = attempt["questions"]
    responses = {single["id"]: single["options"][1]["id"], text["id"]: ".gitignore"}
    body = {"responses": responses}
    done = demo.api("POST", f"/attempts/{attempt['id']}/submit", token=token, json=body)
    assert done["passed"]


@pytest.fixture
def enrolled(page: Page, student: str) -> str:
    """The e-mail address of a student of the course."""
    demo.api("POST", f"/courses/{exam().slug}/enroll", token=demo.token(student))
    return student


@pytest.fixture
def desk(context: BrowserContext, cookies: Callable[[str], Any], size: str) -> Callable[[], None]:
    """A function that lets the instructor take the browser over."""

    def take_over() -> None:
        context.clear_cookies()
        context.add_cookies(cookies(INSTRUCTOR))

    return take_over


def start(page: Page) -> None:
    """Begin an attempt at the quiz of the course."""
    page.goto(f"/learn/{exam().slug}/{exam().quiz}")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("timer")).to_be_visible()


def question(page: Page, prompt: str) -> Any:
    return page.get_by_role("group", name=prompt)


def submit(page: Page) -> None:
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("dialog").get_by_role("button", name="Submit").click()


def test_an_attempt_goes_on_after_a_reload_until_it_is_passed(page: Page, enrolled: str) -> None:
    page.goto(f"/learn/{exam().slug}/{exam().assignment}")
    expect(page.get_by_text("Pass “What do you know?” first.")).to_have_count(2)
    start(page)
    snapshot = question(page, "What records a snapshot?")
    snapshot.get_by_role("radio", name="git commit").check()
    expect(snapshot.get_by_text("Saved")).to_be_visible()
    page.reload()
    expect(snapshot.get_by_role("radio", name="git commit")).to_be_checked()
    ignored = question(page, "Which file names what Git ignores?")
    ignored.get_by_label("Your answer").fill(".gitignore")
    expect(page.get_by_text("2 of 3 questions answered")).to_be_visible()
    submit(page)  # before the text is saved: it travels along
    result = page.get_by_role("region", name="Result of attempt 1")
    expect(result.get_by_text("66 %")).to_be_visible()
    expect(result.get_by_text("git add only chooses what goes in.")).to_be_visible()
    expect(page.get_by_text("50% completed")).to_be_visible()
    page.get_by_role("navigation", name="Lectures").get_by_role("link", name="Next").click()
    expect(page.get_by_role("button", name="Hand in")).to_be_visible()


def test_the_clock_of_the_server_ends_an_attempt(page: Page, enrolled: str, watch: Watch) -> None:
    watch.expect(409, "/responses/")
    start(page)
    snapshot = question(page, "What records a snapshot?")
    snapshot.get_by_role("radio", name="git commit").check()
    expect(snapshot.get_by_text("Saved")).to_be_visible()
    demo.control("POST", "/clock", json={"advance_seconds": RULES["time_limit_seconds"] + 60})
    question(page, "Which file names what Git ignores?").get_by_label("Your answer").fill("late")
    result = page.get_by_role("region", name="Result of attempt 1")
    expect(result.get_by_text("33 %")).to_be_visible()
    expect(result.get_by_text("Submitted by the clock")).to_be_visible()
    page.get_by_role("button", name="Back to the quiz").click()
    expect(page.get_by_text("2 of 3 left")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_an_essay_is_graded(page: Page, enrolled: str, desk: Callable[[], None]) -> None:
    start(page)
    essay = question(page, "Why are small commits good?")
    words = f"Somebody reads them. {enrolled}"
    essay.get_by_label("Your answer").fill(words)
    expect(essay.get_by_text("Saved")).to_be_visible()
    submit(page)
    expect(page.get_by_text("It is submitted.")).to_be_visible()
    result = page.url
    desk()
    page.goto(f"/teach/{exam().id}/grades")
    page.get_by_role("region", name="Inbox").get_by_role("link", name="What do you know?").click()
    attempt = re.sub(r".*attempt=", "", result)
    page.locator(f"a[href*='{attempt}']").click()
    expect(page.get_by_text(words)).to_be_visible()
    page.get_by_text("Give a score").click()
    page.get_by_label("Score (of 1 point)").last.fill("0.75")
    page.get_by_label("Feedback").last.fill("And reverts them.")
    page.get_by_role("button", name="Save the grade").last.click()
    expect(page.get_by_text("25 %")).to_be_visible()
    graded = demo.api("GET", f"/attempts/{attempt}", token=demo.token(enrolled))
    assert graded["percentage"] == 25
    assert graded["questions"][2]["feedback"] == "And reverts them."


def test_work_is_handed_in_and_graded_until_the_certificate(
    page: Page, context: BrowserContext, enrolled: str, desk: Callable[[], None], tmp_path: Path
) -> None:
    pass_quiz(enrolled)
    paper = tmp_path / "conflict.pdf"
    paper.write_bytes(papers.handout("A conflict", ("What happened",)))
    mine = f"/learn/{exam().slug}/{exam().assignment}"
    page.goto(mine)
    page.get_by_label("Add a file").set_input_files(paper)
    expect(page.get_by_role("button", name="Remove conflict.pdf")).to_be_visible()
    page.get_by_label("Your text").fill("Two people changed a line.")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("Your draft is saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Remove conflict.pdf")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()
    page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("it waits for its grade")).to_be_visible()

    mine_cookies: Any = context.cookies()
    desk()
    page.goto(f"/teach/{exam().id}/lectures/{exam().assignment}/work")
    waiting = page.get_by_role("listitem").filter(has_text="Two people changed a line.").last
    waiting.get_by_role("button", name="Grade the work of").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Clarity").fill("30")
    dialog.get_by_label("Commands").fill("45")
    dialog.get_by_label("Feedback").fill("Well told.")
    dialog.get_by_role("button", name="Save the grade").click()
    expect(page.get_by_text("can see the grade")).to_be_visible()

    context.clear_cookies()
    context.add_cookies(mine_cookies)
    page.goto(mine)
    result = page.get_by_role("region", name="The result")
    expect(result.get_by_text("75 %")).to_be_visible()
    expect(result.get_by_text("Well told.")).to_be_visible()
    page.get_by_role("link", name="My grades").click()
    expect(page.get_by_role("row").filter(has_text="A conflict")).to_contain_text("Passed")
    page.goto(mine)
    page.get_by_role("link", name="View the certificate").click()
    expect_heading(page, "Tess Tester")


def test_an_instructor_writes_a_quiz(
    page: Page, context: BrowserContext, desk: Callable[[], None]
) -> None:
    draft = teach("POST", "/courses", {
        "title": demo.new_address("Draft")[:14], "category": "programming", "price": {"amount": 0, "currency": "usd"},
    })["id"]  # fmt: skip
    section = teach("POST", f"/courses/{draft}/sections", {"title": "One"})["id"]
    body = {"section": section, "title": "A quiz", "kind": "quiz"}
    quiz = teach("POST", f"/courses/{draft}/lectures", body)["id"]
    desk()
    page.goto(f"/teach/{draft}/lectures/{quiz}")
    write(page, "One right option", "Which one?", Options="No\n* Yes")
    write(page, "Match pairs", "Which belong together?", Pairs="1 = one\n2 = two")
    write(page, "Number", "How much is *two* and two?", Right="4")
    move = page.get_by_role("button", name="Move up How much")
    expect(move).to_be_visible()
    held: list[Route] = []  # the next change does not wait for the new order
    page.route("**/quiz", lambda route: held.append(route))
    move.click()
    page.get_by_role("button", name="Edit Which one?").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    held.pop().continue_()
    page.unroute("**/quiz")
    options = page.get_by_role("dialog").get_by_label("Options")
    expect(options).to_have_value("No\n* Yes")
    options.fill("No\n* Yes\nPerhaps")
    page.get_by_role("dialog").get_by_role("button", name="Save question").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_label("Minutes", exact=True).fill("15")
    page.get_by_role("button", name="Save rules").click()
    expect(page.get_by_text("The rules are saved.")).to_be_visible()
    page.reload()
    asked = page.get_by_role("region", name="Questions").get_by_role("listitem")
    expect(asked).to_have_count(3)
    expect(asked.nth(1)).to_contain_text("How much is two and two?")
    kept = teach("GET", f"/lectures/{quiz}/quiz")
    assert kept["time_limit_seconds"] == 900


def write(page: Page, kind: str, prompt: str, **answers: str) -> None:
    """Write a question by the words of its form."""
    page.get_by_role("button", name="New question").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Kind").select_option(kind)
    dialog.get_by_label("Question").fill(prompt)
    for label, value in answers.items():
        dialog.get_by_label(label).fill(value)
    dialog.get_by_role("button", name="Save question").click()
    expect(dialog).to_have_count(0)
