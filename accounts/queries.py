"""What others see of a person."""

from typing import Any

from lms.images import image_url
from lms.mongodb.pipelines import Document


def render_person(document: Document) -> dict[str, Any]:
    """Write a person as others see them."""
    avatar = document["avatar"]
    return {
        "id": document["_id"],
        "name": document["name"],
        "avatar": image_url(avatar) if avatar else None,
    }
