from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from lms.mongodb import connection
from lms.mongodb.schema import declared, is_held


class Command(BaseCommand):
    help = "Create every index that the models declare and the database lacks."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.unhurried():
            for model in apps.get_models(include_auto_created=True):
                self.repair(model, options["verbosity"])

    def repair(self, model: type[Model], verbosity: int) -> None:
        table = model._meta.db_table
        collection = connection.get_collection(table)
        for index in declared(connection, model):
            held = collection.index_information()
            if is_held(index, held):
                continue
            if index["name"] in held:
                collection.drop_index(index["name"])  # another index with the same name
            try:
                collection.create_indexes([IndexModel(**{**index, "keys": index["key"]})])
            except DuplicateKeyError as error:
                raise CommandError(
                    f"{table}: {index['name']} cannot be created, because two rows have the same values. {error}"
                ) from error
            if verbosity:
                self.stdout.write(f"{table}: created {index['name']}")
