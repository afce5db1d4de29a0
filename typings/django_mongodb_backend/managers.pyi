from typing import Any

from django.db.models.manager import BaseManager

# mypy's plugin asks for the manager of every model.
class EmbeddedModelManager(BaseManager[Any]): ...
