"""The widgets of staff's forms that differ from Unfold's."""

from collections.abc import Mapping
from typing import Any, override

from unfold.widgets import UnfoldAdminTextareaWidget


class TextArea(UnfoldAdminTextareaWidget):
    """A text of several lines, with the line ends of the database: browsers send CRLF for each."""

    @override
    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str | None:
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value
