from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db.models import Model, UniqueConstraint

from lms.mongodb import connection


class Command(BaseCommand):
    help = "Create every index that the models declare and the database has lost."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                self.repair(model, options["verbosity"])

    def repair(self, model: type[Model], verbosity: int) -> None:
        held = connection.get_collection(model._meta.db_table).index_information()
        keys = {
            (tuple(column for column, _ in index["key"]), bool(index.get("unique")))
            for index in held.values()
        }
        made = []
        with connection.schema_editor() as editor:
            for field in model._meta.local_fields:
                if field.column == "_id":
                    continue
                if field.unique and ((field.column,), True) not in keys:
                    editor._add_field_unique(model, field)
                    made.append(f"unique {field.name}")
                elif (
                    field.db_index  # type: ignore[attr-defined]  # the stubs leave it out
                    and not field.unique
                    and ((field.column,), False) not in keys
                ):
                    editor._add_field_index(model, field)
                    made.append(field.name)
            for index in model._meta.indexes:
                if index.name not in held:
                    editor.add_index(model, index)
                    made.append(index.name)
            for constraint in model._meta.constraints:
                if isinstance(constraint, UniqueConstraint) and constraint.name not in held:
                    editor.add_constraint(model, constraint)
                    made.append(constraint.name)
        if verbosity:
            for name in made:
                self.stdout.write(f"{model._meta.db_table}: created {name}")
