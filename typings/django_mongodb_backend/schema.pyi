from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Model

# `ensure_indexes` makes the index of one field, for which Django has no public name.
class DatabaseSchemaEditor(BaseDatabaseSchemaEditor):
    def _add_field_index(self, model: type[Model], field: Any) -> None: ...
    def _add_field_unique(self, model: type[Model], field: Any) -> None: ...
