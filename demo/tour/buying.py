"""Steps of the tour: the student finds the course, pays for it and is enrolled."""

import httpx

from demo.tour.browser import expect, until
from demo.tour.journey import Journey, Json


def browse(journey: Journey) -> str:
    cards = journey.visitor.get("/courses", params={"search": journey.run})["results"]
    ids = [card["id"] for card in cards]
    expect(ids == [journey.course["id"]], "the search must find the course")
    course = journey.visitor.get(f"/courses/{cards[0]['slug']}")
    expect("cloudinary" not in str(course["sections"]), "the outline must not name a file")
    preview, second, _ = journey.lectures
    journey.visitor.post(f"/lectures/{preview['id']}/playback")
    journey.student.post(f"/lectures/{second['id']}/playback", 403)
    journey.student.get(f"{journey.course_path}/progress", 403)
    return "found; the preview plays, the rest is refused"


def check_out(journey: Journey) -> str:
    form = {"course": journey.course["id"], "total_amount": 1, "price": 1}
    first = journey.student.post("/payments/checkout", 201, json=form)
    again = journey.student.post("/payments/checkout", 200, json=form)
    journey.order, journey.checkout_url = first["order"], first["checkout_url"]
    price = {"amount": 4999, "currency": "usd"}
    expect(journey.order["total_amount"] == price, "the price must be the course's")
    expect(again["checkout_url"] == journey.checkout_url, "the open checkout must be returned")
    return journey.checkout_url


def pay(journey: Journey) -> str:
    expect("4" in httpx.get(journey.checkout_url).text, "the hosted page must show the price")
    declined = httpx.post(journey.checkout_url, data={"action": "decline"})
    expect(declined.status_code == 200, "a declined card must show the page again")
    paid = httpx.post(journey.checkout_url, data={"action": "pay"})
    expect(paid.status_code == 303, f"paying must lead back, but answers {paid.status_code}")
    return paid.headers["Location"]


def be_enrolled(journey: Journey) -> str:
    path = f"/payments/orders/{journey.order['id']}"
    paid = until(lambda: _paid_order(journey, path), "the webhook")
    synced = journey.student.post(f"{path}/sync")
    expect(synced["paid_at"] == paid["paid_at"], "a second sync must change nothing")
    purchase = journey.student.get(f"{journey.course_path}/purchase")
    access = journey.student.get(f"{journey.course_path}/access")
    expect(purchase["purchased"] and access["can_watch"], "who has paid must be enrolled")
    expect(len(access["grants"]) == 1, "one purchase must give one grant")
    journey.student.post("/payments/checkout", 409, json={"course": journey.course["id"]})
    return f"{paid['status']}, {access['reason']}"


def _paid_order(journey: Journey, path: str) -> Json | None:
    order: Json = journey.student.get(path)
    return order if order["status"] == "paid" else None
