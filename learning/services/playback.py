"""Start to play a lecture."""

from typing import Any

from bson import ObjectId

from courses.models import Lecture
from courses.visibility import Person
from learning.exceptions import NothingToPlay
from learning.queries.lectures import get_lecture, render_file
from media.exceptions import NotReady
from media.services import playback


def start_playback(lecture_id: ObjectId, *, user: Person, device: str) -> dict[str, Any]:
    """Return what a player needs for a lecture, as `PlaybackSerializer` declares it.

    `device` is the id of the login session, empty without one. Raises what `get_lecture` raises, `NothingToPlay` for an
    article, `NotReady`, and `TooManyStreams` for a person who plays on too many devices.
    """
    watchable = get_lecture(lecture_id, user)
    lecture, asset = watchable.lecture, watchable.asset
    if lecture.kind == Lecture.Kind.ARTICLE:
        raise NothingToPlay
    if asset is None or not asset.is_ready:
        raise NotReady
    body = {"kind": lecture.kind, "duration_seconds": lecture.duration_seconds}
    if lecture.kind == Lecture.Kind.FILE:
        file = render_file(asset)
        links = {"url": file["url"], "expires_at": file["expires_at"]}
        return body | links | {"poster": None, "captions": []}
    return body | playback.start(
        asset, user=user, lecture_id=lecture.pk, device=device, captions=watchable.captions
    )
