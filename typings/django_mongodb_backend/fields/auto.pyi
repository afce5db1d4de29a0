from bson import ObjectId
from django.db import models

class ObjectIdAutoField(models.AutoField[ObjectId | str, ObjectId]):
    _pyi_private_set_type: ObjectId | str
    _pyi_private_get_type: ObjectId
    _pyi_lookup_exact_type: ObjectId | str
