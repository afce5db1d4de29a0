from django.db import models

# A real base class: mypy takes no model of type Any.
class EmbeddedModel(models.Model):
    class Meta:
        abstract = True
