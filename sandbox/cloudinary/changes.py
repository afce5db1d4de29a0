"""Changes of uploaded resources: destroy, rename, explicit."""

import dataclasses
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.cloudinary.answers import Answers
from sandbox.cloudinary.cloud import Cloud
from sandbox.cloudinary.delivery import base_url
from sandbox.cloudinary.eager import Eager
from sandbox.cloudinary.errors import BadRequest
from sandbox.cloudinary.forms import Form, read_form
from sandbox.cloudinary.names import checked, read_context
from sandbox.cloudinary.notifications import Notifications
from sandbox.cloudinary.resources import TYPES, Resources
from sandbox.cloudinary.signatures import as_list, check_request


@dataclass(frozen=True)
class Changes:
    """The views for signed requests that change one resource."""

    cloud: Cloud
    resources: Resources
    eager: Eager
    notifications: Notifications

    async def destroy(self, request: Request) -> Response:
        """Delete a resource; one of another type is "not found"."""
        async with read_form(request) as form:
            check_request(self.cloud, form.fields)
            public_id, type = required(form, "public_id"), form.text("type", "upload")
            resource = self.resources.find(request.path_params["resource_type"], type, public_id)
            if resource is None:
                return JSONResponse({"result": "not found"})
            await run_in_threadpool(self.resources.remove, resource)
            deleted = [Answers(self.cloud, base_url(request)).identity(resource)]
            self.notifications.deleted(deleted, form.text("notification_url"))
            return JSONResponse({"result": "ok"})

    async def rename(self, request: Request) -> Response:
        """Change the public id or the type of a resource."""
        async with read_form(request) as form:
            check_request(self.cloud, form.fields)
            kind, type = request.path_params["resource_type"], form.text("type", "upload")
            resource = self.resources.get(kind, type, required(form, "from_public_id"))
            to_type = form.text("to_type", resource.type)
            if to_type not in TYPES:
                raise BadRequest(f"Invalid value {to_type} for parameter to_type")
            name = checked(required(form, "to_public_id"))
            renamed = dataclasses.replace(resource, public_id=name, type=to_type)
            overwrite = form.flag("overwrite", default=False)
            self.resources.rename(resource, renamed, overwrite=overwrite)
            answer = Answers(self.cloud, base_url(request)).upload(renamed)
            url = form.text("notification_url")
            self.notifications.renamed(answer, resource.public_id, url)
            return JSONResponse(answer)

    async def explicit(self, request: Request) -> Response:
        """Change tags or context of a resource, or derive files from it."""
        async with read_form(request) as form:
            check_request(self.cloud, form.fields)
            kind = request.path_params["resource_type"]
            public_id = required(form, "public_id")
            resource = self.resources.get(kind, required(form, "type"), public_id)
            if form.fields.get("tags"):
                resource = dataclasses.replace(resource, tags=as_list(form.fields["tags"]))
            if form.text("context"):
                context = read_context(form.text("context"))
                resource = dataclasses.replace(resource, context=context)
            self.resources.update(resource)
            answers = Answers(self.cloud, base_url(request))
            made = await self.eager.respond(form, answers, resource)
            return JSONResponse(answers.upload(resource) | made)


def required(form: Form, name: str) -> str:
    """Return a field; raise BadRequest if it is missing."""
    value = form.text(name)
    if not value:
        raise BadRequest(f"Missing required parameter - {name}")
    return value
