"""Traces that go on from the process that took a message to the one that answers it."""

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from integrations.tracing import carried, span


@pytest.fixture(scope="module")
def exported() -> InMemorySpanExporter:
    """OpenTelemetry takes one provider for the life of a process."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


def test_whoever_answers_goes_on_with_the_webhooks_trace(exported: InMemorySpanExporter) -> None:
    exported.clear()

    with span("webhook"):
        between = carried()
    with span("answer", between, conversation_id=7):
        pass

    webhook, answer = exported.get_finished_spans()
    assert answer.context.trace_id == webhook.context.trace_id
    assert answer.parent is not None
    assert answer.parent.span_id == webhook.context.span_id
    assert dict(answer.attributes or {}) == {"conversation_id": 7}


def test_what_went_wrong_is_told_by_its_class_alone(exported: InMemorySpanExporter) -> None:
    exported.clear()

    with pytest.raises(ValueError, match="me duele el pecho"), span("turn"):
        raise ValueError("me duele el pecho")

    (turn,) = exported.get_finished_spans()
    assert turn.status.description == "ValueError"
    assert not turn.events
    assert "pecho" not in turn.to_json()


def test_a_garbled_trace_begins_a_new_one(exported: InMemorySpanExporter) -> None:
    exported.clear()

    with span("request", "no trace at all"):
        pass

    (request,) = exported.get_finished_spans()
    assert request.parent is None
