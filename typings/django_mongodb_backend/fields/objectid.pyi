from typing import Any

from django.db import models

# Any: a nullable field's type is not to be had without a field of its own.
class ObjectIdField(models.Field[Any, Any]): ...
