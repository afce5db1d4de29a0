"""What the tests of direct uploads send and read."""

URL = "/api/v1/media/uploads"
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n"


def form(**changed):
    return {"kind": "video", "filename": "a.mp4", "size_bytes": 1000} | changed


def proof(cloud_response):
    """Return the fields of Cloudinary's response that prove the upload."""
    return {name: cloud_response[name] for name in ("public_id", "version", "signature")}


def error(response):
    [only] = response.json()["errors"]
    return only["code"], only["attr"]
