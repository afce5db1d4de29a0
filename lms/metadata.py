from typing import Any

from rest_framework.metadata import BaseMetadata


class NoMetadata(BaseMetadata):
    """The answer to `OPTIONS`: the verbs, in `Allow`. The OpenAPI document describes the rest.

    DRF's own creates an empty serializer per verb, which fails for many of ours, and publishes docstrings.
    """

    def determine_metadata(self, request: Any, view: Any) -> dict[str, Any]:
        return {}
