"""How the OpenAPI document describes bodies: a form with files apart from JSON, which cannot hold a file."""

from copy import deepcopy
from typing import Any

from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent

FORM = "multipart/form-data"


def separate_files(body: dict[str, Any], registry: ComponentRegistry) -> None:
    """Give the form of a request body a component of its own, `CourseForm`, and take the files out of the JSON's."""
    contents = body["content"]
    for media_type, content in sorted(contents.items(), reverse=True):  # the form first
        component = _find(content["schema"], registry)
        if component is None:
            continue
        if media_type != FORM:
            component.schema = _without_files(component.schema)
        elif len(contents) == 1 or _has_files(component, registry):
            content["schema"] = _make_form(component, registry)
        else:
            del contents[FORM]  # the view takes a form for another method's sake


def _find(schema: dict[str, Any], registry: ComponentRegistry) -> ResolvedComponent | None:
    name = schema.get("$ref", "").rpartition("/")[2]
    found = registry._components.get((name, ResolvedComponent.SCHEMA))
    return found if isinstance(found, ResolvedComponent) else None


def _has_files(component: ResolvedComponent, registry: ComponentRegistry) -> bool:
    fields = component.schema["properties"].values()
    has_form = (_name_form(component), ResolvedComponent.SCHEMA) in registry._components
    return has_form or any(field.get("format") == "binary" for field in fields)


def _name_form(component: ResolvedComponent) -> str:
    return f"{component.name.removesuffix('Request')}Form"


def _make_form(component: ResolvedComponent, registry: ComponentRegistry) -> dict[str, Any]:
    schema = deepcopy(component.schema)
    for name, field in schema["properties"].items():
        if field.get("format") == "binary":
            schema["properties"][name] = field | {
                "type": "string",
                "contentMediaType": "application/octet-stream",
            }
    form = ResolvedComponent(  # type: ignore[no-untyped-call]  # drf-spectacular
        name=_name_form(component),
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
