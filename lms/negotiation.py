"""Answers that are files."""

from typing import Any

from rest_framework.request import Request
from rest_framework.views import APIView


class GivesFiles(APIView):
    """For viewsets that also give files, which a client may ask for by their type: `Accept: application/pdf`."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        # The renderers are for JSON, and would refuse with 406 what they do not know.
        return super().perform_content_negotiation(request, force=True)
