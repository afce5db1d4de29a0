"""Open a lecture, or start to play it. A file that is handed out counts as consumed."""

from typing import Any

from bson import ObjectId

from courses.models import Lecture
from courses.visibility import Person, Reason
from learning.exceptions import NothingToPlay
from learning.queries.lectures import WatchableLecture, get_lecture, render_file, render_lecture
from learning.services import study
from media.exceptions import NotReady
from media.services import playback


def open_lecture(lecture_id: ObjectId, user: Person) -> dict[str, Any]:
    """Return a lecture as `LectureContentSerializer` declares it. Raises what `get_lecture` raises."""
    watchable = get_lecture(lecture_id, user)
    if watchable.file:
        _count_as_consumed(watchable, user)
    return render_lecture(watchable)


def start_playback(lecture_id: ObjectId, *, user: Person, device: str) -> dict[str, Any]:
    """Return what a player needs for a lecture, as `PlaybackSerializer` declares it.

    `device` is the id of the login session, empty without one. Raises what `get_lecture` raises, `NothingToPlay` for what
    is no video and no file, `NotReady`, and `TooManyStreams` for a person who plays on too many devices.
    """
    watchable = get_lecture(lecture_id, user)
    lecture, asset = watchable.lecture, watchable.asset
    if lecture.kind not in (Lecture.Kind.VIDEO, Lecture.Kind.FILE):
        raise NothingToPlay
    if asset is None or not asset.is_ready:
        raise NotReady
    body = {"kind": lecture.kind, "duration_seconds": lecture.duration_seconds, "locked": None}
    if lecture.kind == Lecture.Kind.FILE:
        _count_as_consumed(watchable, user)
        file = render_file(asset)
        links = {"url": file["url"], "expires_at": file["expires_at"]}
        return body | links | {"poster": None, "captions": []}
    return body | playback.start(
        asset, user=user, lecture_id=lecture.pk, device=device, captions=watchable.captions
    )


def _count_as_consumed(watchable: WatchableLecture, user: Person) -> None:
    """Count a file as consumed by a student before it is handed out; only the first time costs commands."""
    if not user.is_authenticated or watchable.access.reason != Reason.ENROLLED:
        return
    if watchable.lecture.pk not in watchable.studied.get("consumed_lectures", ()):
        study.hand_out(user.pk, watchable.lecture.course_id, watchable.lecture.pk)
