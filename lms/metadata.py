from typing import Any

from rest_framework.metadata import BaseMetadata


class NoMetadata(BaseMetadata):
    """Answer `OPTIONS` with the verbs, in `Allow`: the OpenAPI document says the rest.

    DRF's own makes an empty serializer for each verb, which many of ours cannot be, and tells our docstrings.
    """

    def determine_metadata(self, request: Any, view: Any) -> dict[str, Any]:
        return {}
