"""The lookup of `prefetch_related`, in a form that an index serves.

Django looks for tuples of columns, even for one column, and the backend compares tuples by an expression (`$expr`), which
reads the whole collection.
"""

from typing import Any

from django.db.models import lookups
from django.db.models.fields import tuple_lookups

# Each lookup has its `as_mql` from the backend.
In: Any = lookups.In
TupleIn: Any = tuple_lookups.TupleIn
_of_tuples = TupleIn.as_mql


def _plain(self: Any, compiler: Any, connection: Any, as_expr: bool = False) -> Any:  # noqa: FBT001, FBT002 (as the backend calls it)
    """Compile a tuple of one column as a plain `$in`; leave any other tuple to the backend."""
    if not self.rhs_is_direct_value() or len(self.lhs) != 1:
        return _of_tuples(self, compiler, connection, as_expr=as_expr)
    [column], values = self.lhs.get_cols(), [value for (value,) in self.rhs]
    return In(column, values).as_mql(compiler, connection, as_expr=as_expr)


def register() -> None:
    TupleIn.as_mql = _plain
