"""How the API is described: the OpenAPI document, its errors, tags and examples."""

from lms.schema.errors import raises

__all__ = ["raises"]
