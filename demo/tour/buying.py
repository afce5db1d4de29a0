"""Steps of the tour: the student finds the course, pays for it and is enrolled; a guest gives one back."""

import httpx

from demo.tour.authoring import CATEGORY
from demo.tour.browser import Browser, expect, until
from demo.tour.journey import Journey, Json
from demo.tour.people import GUEST, sign_up

REDUCED = {"amount": 3920, "currency": "usd"}
"""The price of the course, less 20 %."""


def browse(journey: Journey) -> str:
    journey.visitor.get(f"{journey.api}/api/v1")
    categories = journey.visitor.get("/categories")["results"]
    expect(CATEGORY in {each["slug"] for each in categories}, "the category must be listed")
    cards = journey.visitor.get("/courses", params={"search": journey.run})["results"]
    found = {card["id"] for card in cards}
    expect(found == {journey.course["id"], journey.free_course["id"]}, "both must be found")
    counts = journey.visitor.get("/courses/facets", params={"search": journey.run})
    expect(counts["total"] == 2, "both must be counted")
    suggested = journey.visitor.get("/courses/suggestions", params={"q": journey.run})["results"]
    expect(len(suggested) == 2, "both must be suggested")
    related = journey.visitor.get(f"/courses/{journey.course['slug']}/related")["results"]
    expect(journey.free_course["id"] in str(related), "the other one must be shown beside it")
    course = journey.visitor.get(f"/courses/{journey.course['slug']}")
    expect("cloudinary" not in str(course["sections"]), "the outline must not name a file")
    profile = journey.visitor.get(f"/instructors/{course['instructor']['id']}")
    expect(profile["course_count"] == 2, "the profile must count both courses")
    preview, second, _ = journey.lectures
    journey.visitor.post(f"/lectures/{preview['id']}/playback")
    journey.student.post(f"/lectures/{second['id']}/playback", 403)
    journey.student.get(f"{journey.course_path}/progress", 403)
    return "found; the preview plays, the rest is refused"


def wish(journey: Journey) -> str:
    """Put both courses on the student's wishlist, and remove one."""
    for course in (journey.course, journey.free_course):
        journey.student.put(f"/wishlist/{course['id']}", 204)
    cards = journey.student.get("/wishlist")["results"]
    found = [card["id"] for card in cards]
    expect(found == [journey.free_course["id"], journey.course["id"]], "the newest must be first")
    journey.student.delete(f"/wishlist/{journey.free_course['id']}")
    return ", ".join(card["title"] for card in cards)


def check_out(journey: Journey) -> str:
    form = {"course": journey.course["id"], "coupon": journey.coupon["code"]}
    quote = journey.student.post("/payments/quote", json=form)
    expect(quote["total_amount"] == REDUCED, f"the quote must be {REDUCED}")
    first = journey.student.post("/payments/checkout", 201, json=form)
    greedy = form | {"total_amount": 1, "price": 1}
    again = journey.student.post("/payments/checkout", 200, json=greedy)
    journey.order, journey.checkout_url = first["order"], first["checkout_url"]
    expect(journey.order["total_amount"] == REDUCED, f"the price must be {REDUCED}")
    expect(again["checkout_url"] == journey.checkout_url, "the open checkout must be returned")
    return journey.checkout_url


def pay(journey: Journey) -> str:
    page = httpx.get(journey.checkout_url).text
    expect("39.20" in page, "the hosted page must show the price")
    declined = httpx.post(journey.checkout_url, data={"action": "decline"})
    expect(declined.status_code == 200, "a declined card must show the page again")
    paid = httpx.post(journey.checkout_url, data={"action": "pay"})
    expect(paid.status_code == 303, f"paying must lead back, but answers {paid.status_code}")
    return paid.headers["Location"]


def be_enrolled(journey: Journey) -> str:
    paid = _wait_for_payment(journey.student, journey.order["id"])
    synced = journey.student.post(f"/payments/orders/{paid['id']}/sync")
    expect(synced["paid_at"] == paid["paid_at"], "a second sync must change nothing")
    orders = journey.student.get("/payments/orders")["results"]
    expect(orders == [synced], "the order must be listed")
    purchase = journey.student.get(f"{journey.course_path}/purchase")
    access = journey.student.get(f"{journey.course_path}/access")
    expect(purchase["purchased"] and access["can_watch"], "who has paid must be enrolled")
    expect(len(access["grants"]) == 1, "one purchase must give one grant")
    journey.student.post("/payments/checkout", 409, json={"course": journey.course["id"]})
    wishes = journey.student.get("/wishlist")["results"]
    expect(wishes == [], "a course that is bought must leave the wishlist")
    return f"{paid['status']}, {access['reason']}"


def get_a_refund(journey: Journey) -> str:
    """Let a guest sign up, buy the course, and give it back."""
    sign_up(journey, journey.guest, GUEST)
    form = {"course": journey.course["id"], "coupon": journey.coupon["code"]}
    checkout = journey.guest.post("/payments/checkout", 201, json=form)
    httpx.post(checkout["checkout_url"], data={"action": "pay"})
    paid = _wait_for_payment(journey.guest, checkout["order"]["id"])
    reason = {"reason": "I know this already."}
    order = journey.guest.post(f"/payments/orders/{paid['id']}/refund", 202, json=reason)
    expect(order["refunded_amount"] == paid["total_amount"], "all must be given back")
    journey.guest.post(f"/lectures/{journey.lectures[1]['id']}/playback", 403)
    return f"{order['status']}, {order['refunded_amount']['amount']} cents"


def _wait_for_payment(browser: Browser, order_id: str) -> Json:
    """Wait until the webhook has arrived, and return the paid order."""

    def read() -> Json | None:
        order: Json = browser.get(f"/payments/orders/{order_id}")
        return order if order["status"] == "paid" else None

    return until(read, "the webhook")
