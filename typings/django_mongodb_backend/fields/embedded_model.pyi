from typing import Any

from django.db import models

class EmbeddedModelField(models.Field[Any, Any]):
    def __init__(self, embedded_model: Any, **options: Any) -> None: ...
