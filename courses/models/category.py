"""The subjects by which courses are found."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.models import Referenced
from lms.validators import validate_line


class Category(Referenced):
    name = models.CharField(max_length=60, validators=[validate_line])
    slug = models.SlugField(max_length=60, unique=True)

    class Meta:
        verbose_name_plural = _("categories")
        ordering = ["name"]
        indexes = [models.Index(fields=["name", "id"], name="category_name")]

    def __str__(self) -> str:
        return self.name
