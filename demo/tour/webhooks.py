"""Steps of the tour: what Stripe and Cloudinary have sent arrives a second time."""

from demo.tour.browser import expect
from demo.tour.journey import Journey


def repeat_webhooks(journey: Journey) -> str:
    before = journey.student.get(f"/payments/orders/{journey.order['id']}")
    _send_again(journey, "webhooks", "/payments/webhooks/stripe", journey.order["id"])
    _send_again(journey, "notifications", "/media/webhooks/cloudinary", "lms/videos")
    after = journey.student.get(f"/payments/orders/{journey.order['id']}")
    expect(after == before, "a repeated event must change nothing")
    return "nothing changed"


def _send_again(journey: Journey, target: str, path: str, word: str) -> None:
    """Send the newest message of a provider that holds a word, as the provider would."""
    messages = journey.sandbox.get("/_control/messages", params={"target": target}).json()
    message = next(each for each in messages if word in each["body"])
    journey.visitor.post(path, content=message["body"], headers=message["headers"])
