"""Traces from webhook to reply, for whoever sets OTEL_EXPORTER_OTLP_ENDPOINT; free of cost for the others.

A span holds ids, names and numbers, never what a patient wrote.
"""

import contextlib
from collections.abc import Callable, Iterator

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

Fact = str | int | float | bool

_PARENT = "traceparent"
_propagator = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("clinicdesk")


def set_up(service: str) -> Callable[[], None]:
    """Send spans where OpenTelemetry's own variables say; the result sends the last ones and ends that."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return provider.shutdown


@contextlib.contextmanager
def span(name: str, parent: str = "", **facts: Fact) -> Iterator[trace.Span]:
    """Trace a piece of work; `parent` is what `carried` returned elsewhere, empty goes on with the present span."""
    context = _propagator.extract({_PARENT: parent}) if parent else None
    # An exception's text may quote a patient: its class is enough.
    with _tracer.start_as_current_span(
        name, context, attributes=facts, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except BaseException as error:
            current.set_status(trace.StatusCode.ERROR, type(error).__name__)
            raise


def carried() -> str:
    """Return what lets another process go on with the present trace; empty when nobody traces."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get(_PARENT, "")
