from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Model

# All indexes of a model at once, for which Django has no public name.
class DatabaseSchemaEditor(BaseDatabaseSchemaEditor):
    def _create_model_indexes(self, model: type[Model]) -> None: ...
