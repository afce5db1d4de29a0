from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.models import UniqueConstraint


class Command(BaseCommand):
    help = (
        "Create whatever index or unique constraint the models declare and the database has lost."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                self.repair(model)

    def repair(self, model: Any) -> None:
        held = connection.get_collection(model._meta.db_table).index_information()
        with connection.schema_editor() as editor:
            for index in model._meta.indexes:
                if index.name not in held:
                    editor.add_index(model, index)
                    self.stdout.write(f"{model._meta.db_table}: created {index.name}")
            for constraint in model._meta.constraints:
                if isinstance(constraint, UniqueConstraint) and constraint.name not in held:
                    editor.add_constraint(model, constraint)
                    self.stdout.write(f"{model._meta.db_table}: created {constraint.name}")
