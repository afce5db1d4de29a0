"""What the OpenAPI document says before its operations: how the API works, and its parts."""

from pathlib import Path
from typing import Any

TEXT = Path(__file__).with_suffix(".md")
TAGS = {
    "Auth": "Sign up, sign in with or without a second factor, refresh, sign out, and the mails that verify an address or reset a "
    "password. Browsers use cookies, other programs tokens.",
    "Account": "The person who is signed in: profile, picture, sessions, export and deletion of their data, and the request "
    "to teach.",
    "Catalogue": "What visitors see: courses with search and filters, categories, instructors, reviews. No signing in is needed.",
    "Authoring": "For instructors: write a course, order its sections and lectures, publish it, and see its students.",
    "Learning": "For students: enroll, watch, keep progress, write a review.",
    "Assessments": "Questions, quizzes and attempts; assignments, and what students hand in; grades. A quiz or an assignment is completed "
    "by passing it.",
    "Payments": "Buy a course on Stripe's page, follow the order, ask for a refund.",
    "Selling": "For instructors: coupons and earnings.",
    "Media": "Files of instructors, and what students hand in. Small ones are sent through the API, videos straight to Cloudinary: `startUpload`, send "
    "the parts with progress, `completeUpload`.",
    "Certificates": "Certificates of completed courses, which anybody can verify by their code.",
    "Webhooks": "What Stripe and Cloudinary send. Not for clients.",
}
"""The parts of the API in the order of the page, each with a paragraph."""


def introduce(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the introduction and the parts to the document."""
    result["info"]["description"] = TEXT.read_text()
    result["servers"] = [{"url": "/", "description": "The server that sent this document."}]
    result["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    return result
