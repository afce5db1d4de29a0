"""Steps of the tour: the instructor's files, uploaded through the API and straight to Cloudinary."""

import tempfile
from functools import partial
from pathlib import Path

import httpx

from demo import papers, videos
from demo.tour.browser import expect, until
from demo.tour.journey import Journey, Json

CAPTIONS = """WEBVTT

00:00.000 --> 00:01.500
Welcome to Practical MongoDB.

00:01.500 --> 00:03.000
We begin with one document.
"""


def upload_through_the_api(journey: Journey) -> str:
    limits = journey.instructor.get("/media/limits")
    content = _video("Welcome", seconds=3)
    expect(len(content) < limits["video"]["max_bytes"], "a short video must be accepted")
    file = ("welcome.mp4", content, "video/mp4")
    asset = journey.instructor.post("/media/videos", 201, files={"file": file})
    journey.assets["welcome"] = asset
    return f"{len(content):,} bytes, {asset['status']}"


def upload_directly(journey: Journey) -> str:
    content = _video("One document", seconds=4)
    request = {"kind": "video", "filename": "one-document.mp4", "size_bytes": len(content)}
    ticket = journey.instructor.post("/media/uploads", 201, json=request)
    answer = send_in_chunks(ticket, "one-document.mp4", content)
    proof = {key: answer[key] for key in ("public_id", "version", "signature")}
    complete = f"/media/uploads/{ticket['asset']['id']}/complete"
    journey.instructor.post(complete, json=proof)
    asset = journey.instructor.post(complete, json=proof)
    journey.assets["document"] = asset
    return f"{len(content):,} bytes, {asset['status']}"


def upload_papers(journey: Journey) -> str:
    paper = papers.handout("Practical MongoDB", ("Documents", "Indexes", "Transactions"))
    captions = ("welcome.en.vtt", CAPTIONS.encode(), "text/vtt")
    for name, path, file in (
        ("captions", "/media/captions", captions),
        ("handout", "/media/files", ("handout.pdf", paper, "application/pdf")),
        ("draft", "/media/files", ("draft.pdf", paper, "application/pdf")),
    ):
        journey.assets[name] = journey.instructor.post(path, 201, files={"file": file})
    expect(journey.assets["captions"]["language"] == "en", "the name must give the language")
    journey.instructor.delete(f"/media/assets/{journey.assets['draft']['id']}")
    files = journey.instructor.get("/media/assets", params={"kind": "file"})["results"]
    expect(len(files) == 1, f"one file must be left, not {len(files)}")
    return "captions and a handout"


def wait_for_videos(journey: Journey) -> str:
    for name in ("welcome", "document"):
        read = partial(_ready_asset, journey, journey.assets[name]["id"])
        video = until(read, "a ready video")
        expect(video["duration_seconds"] >= 3, "the duration must come from Cloudinary")
    return "both ready"


def _video(title: str, *, seconds: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "video.mp4"
        videos.make(path, title, seconds=seconds)
        return path.read_bytes()


def send_in_chunks(ticket: Json, name: str, content: bytes) -> Json:
    """Send a file to Cloudinary as a ticket says, and return the answer to the last chunk."""
    upload, answer = ticket["upload"], {}
    for start in range(0, len(content), upload["chunk_bytes"]):
        chunk = content[start : start + upload["chunk_bytes"]]
        stop = start + len(chunk)
        headers = {
            "X-Unique-Upload-Id": ticket["asset"]["id"],
            "Content-Range": f"bytes {start}-{stop - 1}/{len(content)}",
        }
        files = {"file": (name, chunk)}
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
