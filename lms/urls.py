"""The table of contents: one line an app."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from lms import exception_handler, health

urlpatterns = [
    path("api/v1/", include("accounts.urls")),
    path("api/v1/", include("media.urls")),
    path("api/v1/", include("courses.urls")),
    path("api/v1/", include("learning.urls")),
    path("api/v1/", include("payments.urls")),
    path("", include("learning.public_urls")),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("admin/", admin.site.urls),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", health.metrics, name="metrics"),
    # With DEBUG on, Django has a page of its own for a path that nothing matches: the API's 404 is JSON always.
    re_path("^api/", csrf_exempt(exception_handler.not_found)),
]

handler400 = "lms.exception_handler.bad_request"
handler403 = "lms.exception_handler.permission_denied"
handler404 = "lms.exception_handler.not_found"
handler500 = "lms.exception_handler.server_error"
