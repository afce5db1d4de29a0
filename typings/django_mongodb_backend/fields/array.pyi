from typing import Any

from django.db import models

class ArrayField(models.Field[Any, Any]):
    def __init__(
        self, base_field: models.Field[Any, Any], max_size: int | None = None, **options: Any
    ) -> None: ...
