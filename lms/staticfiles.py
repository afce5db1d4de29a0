"""The static files of pages, under names that hold a fingerprint of their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class FingerprintedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Files that browsers keep for ten years, because a changed file has another name. `collectstatic` writes the names.

    In DEBUG, in tests and for a file that was not collected, the plain name is used: a page without one of its styles is
    better than none.
    """

    def stored_name(self, name: str) -> str:
        try:
            stored: str = super().stored_name(name)
        except ValueError:  # it is not in the manifest, or there is no manifest
            return name
        return stored
