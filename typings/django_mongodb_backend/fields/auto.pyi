from bson import ObjectId
from django.db import models

# AutoField's are whole numbers.
class ObjectIdAutoField(models.AutoField[ObjectId | str, ObjectId]):
    _pyi_private_set_type: ObjectId | str  # type: ignore[assignment]
    _pyi_private_get_type: ObjectId  # type: ignore[assignment]
    _pyi_lookup_exact_type: ObjectId | str  # type: ignore[assignment]
