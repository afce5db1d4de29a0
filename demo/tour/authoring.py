"""Steps of the tour: the instructor creates and publishes a course with videos."""

import tempfile
from functools import partial
from pathlib import Path

import httpx

from demo import pictures, videos
from demo.tour.browser import expect, until
from demo.tour.journey import Journey, Json


def create_course(journey: Journey) -> str:
    category = journey.visitor.get("/categories")["results"][0]["slug"]
    title = f"A tour of everything {journey.run}"
    journey.course = journey.instructor.post(
        "/courses",
        201,
        data={
            "title": title,
            "subtitle": "From nothing to a certificate",
            "description": "What a course needs, and nothing else.",
            "category": category,
            "level": "beginner",
            "language": "en",
            "price": '{"amount": 4999, "currency": "usd"}',
            "objectives": '["See every part work"]',
        },
        files={"thumbnail": ("t.jpg", pictures.thumbnail(title), "image/jpeg")},
    )
    is_complete = journey.course["status"] == "draft" and journey.course["thumbnail"]
    expect(is_complete, "the course must be a draft with a thumbnail")
    journey.visitor.get(journey.course_path, 404)
    errors = journey.instructor.post(f"{journey.course_path}/publish", 409)["errors"]
    missing = ", ".join(sorted({error["code"] for error in errors}))
    return f"{title!r}, not yet publishable: {missing}"


def upload_through_the_api(journey: Journey) -> str:
    content = _video("Welcome", seconds=6)
    file = ("welcome.mp4", content, "video/mp4")
    asset = journey.instructor.post("/media/videos", 201, files={"file": file})
    journey.assets.append(asset)
    return f"{len(content):,} bytes, {asset['status']}"


def upload_directly(journey: Journey) -> str:
    content = _video("The tour", seconds=9)
    request = {"kind": "video", "filename": "tour.mp4", "size_bytes": len(content)}
    ticket = journey.instructor.post("/media/uploads", 201, json=request)
    answer = _send_in_chunks(ticket, content)
    proof = {key: answer[key] for key in ("public_id", "version", "signature")}
    complete = f"/media/uploads/{ticket['asset']['id']}/complete"
    journey.instructor.post(complete, json=proof)
    asset = journey.instructor.post(complete, json=proof)
    journey.assets.append(asset)
    return f"{len(content):,} bytes, {asset['status']}"


def wait_for_videos(journey: Journey) -> str:
    for asset in journey.assets:
        video = until(partial(_ready_asset, journey, asset["id"]), "a ready video")
        expect(video["duration_seconds"] >= 6, "the duration must come from Cloudinary")
    return "both ready"


def write_lectures(journey: Journey) -> str:
    welcome, tour = journey.assets
    section = journey.instructor.post(
        f"{journey.course_path}/sections", 201, json={"title": "Beginning"}
    )
    article = "# Remember\n\n*Money* is an integer."
    for lecture in (
        {"title": "Welcome", "kind": "video", "asset": welcome["id"], "is_preview": True},
        {"title": "The tour", "kind": "video", "asset": tour["id"]},
        {"title": "What to remember", "kind": "article", "body": article},
    ):
        form = {"section": section["id"], **lecture}
        path = f"{journey.course_path}/lectures"
        journey.lectures.append(journey.instructor.post(path, 201, json=form))
    return f"{len(journey.lectures)} lectures"


def publish(journey: Journey) -> str:
    course = journey.instructor.post(f"{journey.course_path}/publish")
    expect(course["status"] == "published", f"must be published, is {course['status']}")
    return str(course["slug"])


def _video(title: str, *, seconds: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "video.mp4"
        videos.make(path, title, seconds=seconds)
        return path.read_bytes()


def _send_in_chunks(ticket: Json, content: bytes) -> Json:
    """Send a file to Cloudinary as a ticket says, and return the answer to the last chunk."""
    upload, answer = ticket["upload"], {}
    for start in range(0, len(content), upload["chunk_bytes"]):
        chunk = content[start : start + upload["chunk_bytes"]]
        stop = start + len(chunk)
        headers = {
            "X-Unique-Upload-Id": ticket["asset"]["id"],
            "Content-Range": f"bytes {start}-{stop - 1}/{len(content)}",
        }
        files = {"file": ("tour.mp4", chunk)}
        sent = httpx.post(
            upload["url"], data=upload["fields"], files=files, headers=headers, timeout=60
        )
        expect(sent.status_code == 200, f"Cloudinary refused a chunk: {sent.text}")
        answer = sent.json()
    return answer


def _ready_asset(journey: Journey, asset_id: str) -> Json | None:
    asset: Json = journey.instructor.get(f"/media/assets/{asset_id}")
    expect(asset["status"] != "failed", f"the upload failed: {asset['failure_reason']}")
    return asset if asset["status"] == "ready" else None
