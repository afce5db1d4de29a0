"""A stand-in for Cloudinary on loopback: uploads, delivery, the Admin API and notifications.

It stores images, videos and raw files, checks every signature, resizes images, extracts posters
from videos and cuts videos into HLS; it encodes no video and finds no faces.
"""

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ExceptionHandler

from sandbox.cloudinary.admin import Admin
from sandbox.cloudinary.changes import Changes
from sandbox.cloudinary.cloud import Cloud
from sandbox.cloudinary.delivery import Delivery
from sandbox.cloudinary.derived import Derived
from sandbox.cloudinary.eager import Eager
from sandbox.cloudinary.errors import CloudError, Unauthorized, answer_as_header, answer_as_json
from sandbox.cloudinary.notifications import Notifications
from sandbox.cloudinary.parts import Parts
from sandbox.cloudinary.resources import RESOURCE_TYPES, Resources
from sandbox.cloudinary.uploads import Uploads
from sandbox.outbox import Outbox
from sandbox.store import Store

CORS = Middleware(
    CORSMiddleware,
    allow_origins=["*"],
    allow_methods=["GET", "HEAD", "POST", "OPTIONS"],
    allow_headers=["*"],
    expose_headers=["X-Cld-Error", "X-Request-Id", "Content-Range", "ETag"],
)


def routes(
    cloud: Cloud, store: Store, outbox: Outbox, middleware: Sequence[Middleware] = ()
) -> list[BaseRoute]:
    """Return the routes of one cloud: the API below /v1_1, files below the name of the cloud.

    ``middleware`` applies to the API only. These routes must come before others below /_control:
    /_control/cloudinary/resources lists what is stored.
    """
    resources = Resources(store, cloud.files)
    derived = Derived(resources)
    notifications = Notifications(cloud, outbox)
    parts = Parts(store, cloud.files / "parts", cloud.min_part_bytes)
    eager = Eager(derived, notifications)
    uploads = Uploads(cloud, resources, parts, eager, notifications)
    changes = Changes(cloud, resources, eager, notifications)
    admin = Admin(cloud, resources, notifications)
    delivery = Delivery(cloud, resources, derived)

    def stored(request: Request) -> Response:
        """List what is stored, for tests that look for files left behind."""
        fields = ("resource_type", "type", "public_id", "bytes", "format", "version", "asset_id")
        rows = [{name: getattr(one, name) for name in fields} for one in resources.all()]
        return JSONResponse(rows)

    api = [
        Route("/ping", admin.ping),
        Route("/usage", admin.usage),
        Route("/resources/{resource_type}", admin.list),
        Route("/resources/{resource_type}/{type}", admin.list),
        Route("/resources/{resource_type}/{type}", admin.delete, methods=["DELETE"]),
        Route("/resources/{resource_type}/{type}/{public_id:path}", admin.details),
        Route("/{resource_type}/upload", uploads.upload, methods=["POST"]),
        Route("/{resource_type}/destroy", changes.destroy, methods=["POST"]),
        Route("/{resource_type}/rename", changes.rename, methods=["POST"]),
        Route("/{resource_type}/explicit", changes.explicit, methods=["POST"]),
        Route("/{resource_type}/download", delivery.download),
    ]
    # The URLs of a cloud with its own domain do not contain its name.
    roots = [cloud.name, *RESOURCE_TYPES]
    files = [Route("/{path:path}", delivery.deliver)]
    elsewhere = [Route("/{path:path}", refuse_other_cloud, methods=["GET", "POST", "DELETE"])]
    around_api = [CORS, *middleware, refusals(answer_as_json)]
    around_files = [CORS, refusals(answer_as_header)]
    return [
        Route("/_control/cloudinary/resources", stored),
        Mount(f"/v1_1/{cloud.name}", routes=api, middleware=around_api),
        Mount("/v1_1/{cloud}", routes=elsewhere, middleware=around_api),
        *(Mount(f"/{root}", routes=files, middleware=around_files) for root in roots),
    ]


def refusals(answer: ExceptionHandler) -> Middleware:
    """Return the middleware that answers refused requests."""
    return Middleware(ExceptionMiddleware, handlers={CloudError: answer, HTTPException: answer})


def refuse_other_cloud(request: Request) -> Response:
    """Refuse requests for unknown clouds."""
    raise Unauthorized(f"Invalid cloud_name {request.path_params['cloud']}")
