"""From the price to the course and back, also by staff, and where the payment provider fails."""

import re
from collections.abc import Iterator
from functools import cache

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from demo.content import INSTRUCTORS
from examples.e2e import demo
from examples.e2e.desk import (
    expect_in_audit,
    expect_said,
    follow_button,
    id_in,
    open_from_inbox,
    open_page,
)
from examples.e2e.people import (
    buy,
    end_access_token,
    expect_heading,
    go_to_pay,
    pay,
    sign_in,
    sign_in_quickly,
    start_free_course,
)
from examples.e2e.watch import Watch

DESIGNER = [*INSTRUCTORS][1]


@pytest.fixture(autouse=True)
def no_fault() -> Iterator[None]:
    yield
    demo.set_fault("stripe", "none")
    demo.set_fault("webhooks", "none")


def test_a_visitor_signs_up_and_buys(page: Page) -> None:
    email = demo.new_address("vera")
    page.goto("/courses/practical-mongodb")
    page.get_by_role("button", name="Buy this course").click()
    page.get_by_role("main").get_by_role("link", name="Sign up").click()
    page.get_by_label("Name").fill("Vera Visitor")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill("demo-Passw0rd!")
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    page.get_by_role("button", name="Buy this course").click()
    pay(page)
    expect_heading(page, "Thank you!")
    expect(page.get_by_role("main")).to_contain_text("$79.00")
    page.get_by_role("link", name="Start the course").click()
    expect_heading(page, "Welcome: documents")


def test_a_course_is_wished_for_until_it_is_bought(page: Page, student: str) -> None:
    page.goto("/courses/practical-mongodb")
    heart = page.get_by_role("button", name="Wishlist")
    expect(heart).to_have_attribute("aria-pressed", "false")
    for pressed in ("true", "false", "true"):
        heart.click()
        expect(heart).to_have_attribute("aria-pressed", pressed)
    page.reload()
    expect(heart).to_have_attribute("aria-pressed", "true")
    buy(page)
    page.goto("/courses/practical-mongodb")
    expect(page.get_by_role("link", name="Start the course")).to_be_visible()
    expect(heart).to_have_count(0)


def test_a_declined_card_can_be_replaced(page: Page, student: str) -> None:
    go_to_pay(page)
    page.get_by_role("button", name="Decline the card").click()
    expect(page.get_by_role("alert")).to_contain_text("declined")
    pay(page)
    expect_heading(page, "Thank you!")


def test_who_cancels_is_charged_nothing(page: Page, student: str) -> None:
    go_to_pay(page)
    page.get_by_role("button", name="Cancel").click()
    expect_heading(page, "You did not pay")
    page.goto("/courses/practical-mongodb")
    expect(page.get_by_role("button", name="Buy this course")).to_be_enabled()


def test_a_payment_that_takes_days_opens_the_course_later(page: Page, student: str) -> None:
    go_to_pay(page)
    page.get_by_role("button", name="Pay later").click()
    expect_heading(page, "Your payment is being processed")
    events = demo.control("GET", "/events")
    session = next(e for e in events if e["type"] == "checkout.session.completed")
    demo.control("POST", f"/sessions/{session['object_id']}/settle", json={"succeed": True})
    expect_heading(page, "Thank you!")


def test_a_lost_message_of_the_provider_costs_nothing(page: Page, student: str) -> None:
    demo.set_fault("webhooks", "lose")
    buy(page)
    page.get_by_role("link", name="Start the course").click()
    expect_heading(page, "Welcome: documents")


def test_buying_is_tried_again_when_the_provider_is_unavailable(
    page: Page, student: str, watch: Watch
) -> None:
    demo.set_fault("stripe", "status", status=503)
    watch.expect(503, "/payments/checkout")
    page.goto("/courses/practical-mongodb")
    page.get_by_role("button", name="Buy this course").click()
    problem = page.get_by_role("status").filter(has_text="Try again")
    expect(problem).to_be_visible(timeout=30_000)
    demo.set_fault("stripe", "none")
    problem.get_by_role("button", name="Try again").click()
    expect_heading(page, "Complete your purchase")


def test_a_page_is_tried_again_when_the_api_is_unavailable(page: Page, watch: Watch) -> None:
    error = {
        "code": "database_unavailable",
        "detail": "The database does not answer.",
        "attr": None,
    }
    body = {"type": "server_error", "errors": [error]}

    def refuse(route: Route) -> None:
        headers = {"Access-Control-Allow-Origin": demo.url(4), "Retry-After": "1"}
        headers["Access-Control-Allow-Credentials"] = "true"
        route.fulfill(status=503, json=body, headers=headers)

    watch.expect(503, "/courses")
    page.route("**/api/v1/courses?*", refuse)
    page.goto("/")
    expect(page.get_by_text("The database does not answer.")).to_be_visible()
    page.unroute("**/api/v1/courses?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("article").first).to_be_visible()


def test_a_coupon_lowers_the_price_and_the_instructor_earns(
    page: Page, context: BrowserContext, student: str, watch: Watch
) -> None:
    code = demo.new_address("HALF").partition("@")[0].upper()
    demo.api("POST", "/payments/coupons", token=designer(), json={"code": code, "percent": 50})
    page.goto("/courses/colour-that-works")
    page.get_by_text("I have a coupon").click()
    watch.expect(400, "/payments/quote")
    page.get_by_label("Coupon").fill("NO-SUCH-CODE")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_label("Coupon")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Coupon").fill(code)
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text(f"{code} applied")).to_be_visible()
    page.get_by_role("button", name="Buy this course").click()
    expect(page.get_by_text("$22.50").first).to_be_visible()
    pay(page)
    expect_heading(page, "Thank you!")
    context.clear_cookies()
    sign_in_quickly(context, DESIGNER)
    page.goto("/teach/earnings")
    page.get_by_role("link", name="Colour that works").first.click()
    page.get_by_role("link", name="Students").click()
    expect(page.get_by_role("listitem").filter(has_text="Tess Tester").first).to_be_visible()


@cache
def designer() -> str:
    """Return a token of the instructor whose coupon it is: a person may sign in five times a minute."""
    return demo.token(DESIGNER)


def test_a_free_course_begins_at_once(page: Page, student: str) -> None:
    start_free_course(page)
    page.goto("/learn")
    expect(page.get_by_role("article").filter(has_text="Git without fear")).to_be_visible()


def test_signing_in_leads_back_to_the_course(
    page: Page, context: BrowserContext, student: str
) -> None:
    context.clear_cookies()
    page.goto("/courses/git-without-fear")
    page.get_by_role("button", name="Enroll for free").click()
    sign_in(page, student)
    expect_heading(page, "Git without fear")


def test_an_order_is_refunded(page: Page, student: str) -> None:
    buy(page)
    page.goto("/orders")
    page.get_by_role("link", name="Practical MongoDB").click()
    expect(page.get_by_text("Paid", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Ask for a refund").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why?").fill("I know all of it.")
    dialog.get_by_role("button", name="Refund this order").click()
    expect(page.get_by_text("Refunded").first).to_be_visible()
    page.get_by_role("link", name="To the course").click()
    expect_heading(page, "Practical MongoDB")
    expect(page.get_by_role("button", name="Buy this course")).to_be_visible()


def test_a_purchase_goes_on(
    page: Page, context: BrowserContext, watch: Watch, student: str
) -> None:
    page.goto("/courses/practical-mongodb")
    button = page.get_by_role("button", name="Buy this course")
    expect(button).to_be_visible()
    end_access_token(context, watch)
    button.click()
    expect_heading(page, "Complete your purchase")
    end_access_token(context, watch)  # while one looks for the card
    page.get_by_role("button", name="Pay", exact=True).click()
    expect_heading(page, "Thank you!")


@pytest.fixture
def order(student: str) -> str:
    """The id of an order that the student has paid."""
    token = demo.token(student)
    form = {"course": course_id("practical-mongodb")}
    checkout = demo.api("POST", "/payments/checkout", token=token, json=form)
    httpx.post(checkout["checkout_url"], data={"action": "pay"}, timeout=30)
    path = f"/payments/orders/{checkout['order']['id']}"
    assert demo.api("POST", f"{path}/sync", token=token)["status"] == "paid"
    return str(checkout["order"]["id"])


def course_id(slug: str) -> str:
    return str(demo.api("GET", f"/courses/{slug}")["id"])


@pytest.mark.staff
def test_staff_refund_an_order_with_a_reason(page: Page, order: str, staff: str) -> None:
    open_page(page, f"/payments/order/?q={order}")
    page.get_by_role("row").filter(has_text="79.00").get_by_role("link").first.click()
    follow_button(page, "Refund")
    expect(page.get_by_label("Amount (USD)")).to_have_value("79.00")
    page.get_by_label("Reason").fill("Bought twice.")
    page.get_by_role("button", name="Refund", exact=True).click()
    expect_said(page, "Refund of 79.00 USD: Bought twice.")
    expect_in_audit(page, order, ("refund", "Bought twice."))


@pytest.mark.staff
def test_staff_save_and_send_the_answer_to_a_dispute(page: Page, order: str, staff: str) -> None:
    open_page(page, f"/payments/order/{order}/change/")
    payment = page.get_by_text(re.compile("^pi_")).first.inner_text()
    demo.control("POST", "/disputes", json={"payment_intent": payment})
    listed = f"{demo.url()}/admin/payments/dispute/?q={order}"
    demo.until(lambda: order in page.request.get(listed).text().partition("<tbody")[2] or None)
    open_from_inbox(page, "Disputes to answer")
    page.get_by_role("row").filter(has_text=order).get_by_role("link").first.click()
    dispute = id_in(page)
    follow_button(page, "Answer")
    expect(page.get_by_label("Customer's name")).to_have_value("Tess Tester")
    page.get_by_label("Why there is no refund").fill("The course was watched.")
    page.get_by_role("button", name="Save at Stripe, do not send").click()
    expect_said(page, "Saved at Stripe, not sent.")
    follow_button(page, "Answer")
    expect(page.get_by_label("Why there is no refund")).to_have_value("The course was watched.")
    page.get_by_role("button", name="Send to the bank").click()
    expect_said(page, "Confirm this to send the answer to the bank.")
    page.get_by_label("I have read all of it.").check()
    page.get_by_role("button", name="Send to the bank").click()
    expect_said(page, "Sent to the bank.")
    expect(page.get_by_role("link", name="Answer", exact=True)).to_have_count(0)
    expect_in_audit(page, dispute, ("save_answer", ""), ("answer", ""))
