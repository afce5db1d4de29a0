from django_mongodb_backend.fields.array import ArrayField as ArrayField
from django_mongodb_backend.fields.auto import ObjectIdAutoField as ObjectIdAutoField
from django_mongodb_backend.fields.embedded_model import EmbeddedModelField as EmbeddedModelField
from django_mongodb_backend.fields.embedded_model_array import (
    EmbeddedModelArrayField as EmbeddedModelArrayField,
)
from django_mongodb_backend.fields.objectid import ObjectIdField as ObjectIdField
