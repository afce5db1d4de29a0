"""Reports to Sentry and traces to OpenTelemetry, where an operator asks for them; neither gets a body, a query string or a name.

Both are optional packages (requirements-observability.txt), imported only if their variables are set: `SENTRY_DSN`, and
`OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`. The packages read the other SENTRY_ and OTEL_ variables themselves.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from lms.logs import current, without_addresses

OTEL = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
KEPT = {"method", "url"}
"""What is reported of a request. `url` has no query string."""

_tracer: Any = None


def start() -> None:
    """Begin to report; raise `ImproperlyConfigured` if a variable is set and its package is missing."""
    wanted = [("SENTRY_DSN", _start_sentry)] if settings.SENTRY_DSN else []
    wanted += [(name, _start_opentelemetry) for name in OTEL if os.environ.get(name)][:1]
    for name, begin in wanted:
        try:
            begin()
        except ImportError as error:
            raise ImproperlyConfigured(
                f"Refusing to start:\n{name} is set, but {error.name} is not installed: pip install -r "
                "requirements-observability.txt, or remove the variable."
            ) from None


def _start_sentry() -> None:
    import sentry_sdk

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=settings.VERSION,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        max_breadcrumbs=0,
        before_send=scrub,
        before_send_transaction=scrub,
    )


def scrub(event: Any, _: Any = None) -> Any:
    """Return a report of Sentry with ids in place of what is personal."""
    work = current()
    event["request"] = {
        name: value for name, value in event.get("request", {}).items() if name in KEPT
    }
    event["user"] = {"id": work.user_id} if work.user_id else {}
    event.pop("extra", None)  # the arguments of a command, an e-mail address among them
    event.setdefault("tags", {}).update(request_id=work.id)
    if work.user_id:
        event["tags"]["user_id"] = work.user_id
    for error in event.get("exception", {}).get("values", ()):
        error["value"] = without_addresses(error.get("value") or "")
    return event


def _start_opentelemetry() -> None:
    global _tracer
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.pymongo import PymongoInstrumentor
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    service = {"service.version": settings.VERSION}
    if not os.environ.get("OTEL_SERVICE_NAME"):
        service["service.name"] = "lectern"
    provider = TracerProvider(resource=Resource.create(service))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    PymongoInstrumentor().instrument()  # names of commands and collections, no values
    _tracer = trace.get_tracer("lms")


def span(request: HttpRequest) -> AbstractContextManager[None]:
    """Trace a request, as a part of its caller's trace if it has one (`traceparent`)."""
    return nullcontext() if _tracer is None else _span(request)


@contextmanager
def _span(request: HttpRequest) -> Iterator[None]:
    from opentelemetry import propagate
    from opentelemetry.trace import SpanKind

    caller = propagate.extract(request.headers)
    with _tracer.start_as_current_span("HTTP", context=caller, kind=SpanKind.SERVER):
        yield


def describe(facts: Mapping[str, Any]) -> None:
    """Put what the log says of a request on its trace."""
    if _tracer is None:
        return
    from opentelemetry import trace

    work, traced = current(), trace.get_current_span()
    traced.update_name(f"{facts['method']} {facts['route']}")
    traced.set_attributes(
        {
            "http.request.method": facts["method"],
            "http.route": facts["route"],
            "http.response.status_code": facts["status"],
            "request.id": work.id,
            "enduser.id": work.user_id,
        }
    )
    if facts["status"] >= 500:
        traced.set_status(trace.StatusCode.ERROR)
