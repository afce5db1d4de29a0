from typing import ClassVar

from django.db import models
from django_mongodb_backend.managers import EmbeddedModelManager

# A real base class: mypy takes no model of type Any.
class EmbeddedModel(models.Model):
    objects: ClassVar[EmbeddedModelManager]
    class Meta:
        abstract = True
