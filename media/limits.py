"""Which files are accepted: formats and sizes per kind."""

from pathlib import PurePosixPath

from django.conf import settings

from media.models import Asset

DOCUMENTS = (
    *("pdf", "epub", "docx", "xlsx", "pptx", "odt", "ods", "odp"),
    *("txt", "md", "csv", "json", "ipynb", "py", "zip"),
)
FORMATS: dict[str, tuple[str, ...]] = {
    Asset.Kind.VIDEO: ("mp4", "m4v", "mov", "webm", "mkv"),
    Asset.Kind.FILE: DOCUMENTS,
    Asset.Kind.CAPTIONS: ("vtt",),
    # Students also photograph what they wrote or built.
    Asset.Kind.SUBMISSION: (*DOCUMENTS, "jpg", "jpeg", "png", "webp"),
}


def max_bytes(kind: str) -> int:
    """Return how many bytes a file of a kind may have."""
    limits: dict[str, int] = {
        Asset.Kind.VIDEO: settings.MAX_VIDEO_BYTES,
        Asset.Kind.FILE: settings.MAX_FILE_BYTES,
        Asset.Kind.CAPTIONS: settings.MAX_CAPTIONS_BYTES,
        Asset.Kind.SUBMISSION: settings.MAX_SUBMISSION_BYTES,
    }
    return limits[kind]


def extension(filename: str) -> str:
    """Return the extension of a file name in lower case, without the dot."""
    return PurePosixPath(filename).suffix.removeprefix(".").lower()
