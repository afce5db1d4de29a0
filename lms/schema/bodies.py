"""How the OpenAPI document describes bodies: a form with files apart from JSON, which cannot hold a file."""

from copy import deepcopy
from typing import Any

from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent

FORM = "multipart/form-data"


def separate_files(body: dict[str, Any], registry: ComponentRegistry) -> None:
    """Give the form of a request body a component of its own, `CourseForm`, and take the files out of the JSON's."""
    for media_type, content in sorted(body["content"].items(), reverse=True):  # the form first
        component = _find(content["schema"], registry)
        if component is None:
            continue
        if media_type == FORM:
            content["schema"] = _make_form(component, registry)
        else:
            component.schema = _without_files(component.schema)


def _find(schema: dict[str, Any], registry: ComponentRegistry) -> ResolvedComponent | None:
    name = schema.get("$ref", "").rpartition("/")[2]
    found = registry._components.get((name, ResolvedComponent.SCHEMA))
    return found if isinstance(found, ResolvedComponent) else None


def _make_form(component: ResolvedComponent, registry: ComponentRegistry) -> dict[str, Any]:
    schema = deepcopy(component.schema)
    for name, field in schema["properties"].items():
        if field.get("format") == "binary":
            schema["properties"][name] = field | {
                "type": "string",
                "contentMediaType": "application/octet-stream",
            }
    form = ResolvedComponent(
        name=component.name.removesuffix("Request") + "Form",
        type=ResolvedComponent.SCHEMA,
        schema=schema,
        object=component.object,
    )
    registry.register_on_missing(form)
    reference: dict[str, Any] = form.ref
    return reference


def _without_files(schema: dict[str, Any]) -> dict[str, Any]:
    fields = {
        name: field
        for name, field in schema["properties"].items()
        if field.get("format") != "binary"
    }
    required = [name for name in schema.get("required", ()) if name in fields]
    return {**schema, "properties": fields} | ({"required": required} if required else {})
