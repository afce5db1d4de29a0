"""Filters that an index serves: a value of a field that leads one, or a fact that has a partial index."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from lms.locales import Sentence


class FactFilter(admin.SimpleListFilter):
    """A list cut to the rows of which one fact is true; of each fact there is a partial index in the list's order."""

    title: Sentence = ""
    parameter_name = "is"
    facts: ClassVar[dict[str, tuple[Sentence, Q]]]

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(name, str(label)) for name, (label, _) in self.facts.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        fact = self.facts.get(self.value() or "")
        return queryset.filter(fact[1]) if fact else queryset
