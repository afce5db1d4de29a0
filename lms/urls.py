"""The table of contents: one line an app."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView

from lms import docs, guides, health, index
from lms.exception_handler import not_found, reads_only
from lms.routing import list_patterns, nest

API = list_patterns(
    "accounts", "media", "courses", "certificates", "learning", "assessments", "payments"
)
"""What is under `api/v1/`, in the order of the OpenAPI document."""

urlpatterns = [
    path("", reads_only(index.home), name="home"),
    path("api/v1", index.IndexViewSet.as_view({"get": "retrieve"}), name="index"),
    path("api/v1/", include(nest(API))),
    path("", include("certificates.public_urls")),
    path("api/schema", reads_only(docs.SchemaView.as_view()), name="schema"),
    path("api/docs", reads_only(docs.page), name="docs"),
    path("docs/<slug:name>.md", guides.guide, name="guide"),
    path("llms.txt", guides.llms, name="llms"),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", health.metrics, name="metrics"),
    # With DEBUG on, Django shows a page of its own for an unknown path: ours is always JSON.
    re_path("", csrf_exempt(not_found)),
]

handler400 = "lms.exception_handler.bad_request"
handler403 = "lms.exception_handler.permission_denied"
handler404 = "lms.exception_handler.not_found"
handler500 = "lms.exception_handler.server_error"
