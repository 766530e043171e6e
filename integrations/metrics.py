"""The numbers of this process, as Prometheus reads them: what happened, how often, how long it took.

Each process tells its own numbers and is scraped on its own, so several add up right. A label is never a
patient's, and never without bound: past a cap companies share the label `other`.
"""

import time
from collections.abc import Callable
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from integrations.listening import cannot_listen

CONTENT_TYPE = CONTENT_TYPE_LATEST
COMPANIES = 100
"""Companies that get a label of their own."""
OTHER = "other"
QUICK = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
RECENT = 600  # seconds that what an outside system last answered says something
SLOW = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0, 30.0, 60.0)


class Metrics:
    """Everything that is counted here. Made once, in server.py, and handed down."""

    def __init__(self, *, most_companies: int = COMPANIES) -> None:
        """Begin at zero."""
        self._most = most_companies
        self._companies: set[str] = set()
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        counter, gauge = partial(Counter, registry=registry), partial(Gauge, registry=registry)
        quick = partial(Histogram, registry=registry, buckets=QUICK)
        slow = partial(Histogram, registry=registry, buckets=SLOW)
        self._http = quick(
            "clinicdesk_http_request_seconds",
            "Requests served, webhooks too.",
            ("method", "route", "status"),
        )
        self._turns = slow(
            "clinicdesk_turn_seconds",
            "Turns answered: from the graph's start to its end, without the wait for a burst.",
            ("agent", "speaker"),
        )
        self._company_turns = counter(
            "clinicdesk_turns",
            "Turns answered, by company.",
            ("company", "agent"),
        )
        self._models = slow(
            "clinicdesk_model_seconds",
            "Calls of a model, by how they ended.",
            ("model", "outcome"),
        )
        self._tokens = counter(
            "clinicdesk_model_tokens",
            "Tokens of models.",
            ("model", "direction"),
        )
        self._tools = quick(
            "clinicdesk_tool_seconds",
            "Tools that agents used.",
            ("tool", "outcome"),
        )
        self._searches = counter(
            "clinicdesk_searches",
            "Searches in documents by agents, by whether a passage was found.",
            ("found",),
        )
        self._gates = counter(
            "clinicdesk_gate_blocks",
            "Replies that were not sent as they were written: written anew, or replaced in part.",
            ("kind", "outcome"),
        )
        self._red_flags = counter(
            "clinicdesk_red_flags", "Emergencies noticed.", ("company", "group")
        )
        self._handoffs = counter(
            "clinicdesk_handoffs",
            "Conversations given to people.",
            ("company", "urgent"),
        )
        self._pages = counter(
            "clinicdesk_pages",
            "Attempts to wake the clinic's people, by way and how they ended.",
            ("company", "way", "result"),
        )
        self._outside = slow(
            "clinicdesk_outside_seconds",
            "Requests to outside systems; the status is a number, or the error's class.",
            ("system", "status"),
        )
        self._last: dict[str, tuple[float, str]] = {}
        self._sends = counter(
            "clinicdesk_chatwoot_sends",
            "Messages, notes and templates given to Chatwoot.",
            ("kind", "outcome"),
        )
        self._waiting = gauge("clinicdesk_queue_waiting", "Patients whose messages wait.")
        self._in_hand = gauge("clinicdesk_turns_in_hand", "Turns that this process works on.")
        self._parked = gauge("clinicdesk_queue_parked", "Turns that wait for a person.")
        self._age = gauge(
            "clinicdesk_queue_oldest_seconds",
            "How long the longest-waiting patient is overdue.",
        )
        self._redis = gauge("clinicdesk_redis_up", "1 while Redis answers.")

    def written(self) -> bytes:
        """Return all numbers in Prometheus's text format, of CONTENT_TYPE."""
        return generate_latest(self.registry)

    def serve(self, address: str, port: int) -> Callable[[], None]:
        """Tell the numbers over HTTP to whoever asks, and return what ends that; raises CannotListenError."""
        try:
            server, thread = start_http_server(port, address, self.registry)
        except OSError as error:
            raise cannot_listen("METRICS_PORT", address, port, error) from error

        def end() -> None:
            server.shutdown()
            server.server_close()
            thread.join()

        return end

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request by its path's template."""
        self._http.labels(method, route, str(status)).observe(seconds)

    def turn(self, company: str, agent: str, speaker: str, seconds: float) -> None:
        """Count an answered turn; `speaker` is a model's name, `guided` or `fixed`."""
        self._turns.labels(agent, speaker).observe(seconds)
        self._company_turns.labels(self._label(company), agent).inc()

    def model_call(self, model: str, outcome: str, seconds: float) -> None:
        """Count a model's call; the outcome is `ok` or what went wrong, one word of few."""
        self._models.labels(model, outcome).observe(seconds)

    def tokens(self, model: str, read: int, written: int) -> None:
        """Count what a call used."""
        self._tokens.labels(model, "in").inc(read)
        self._tokens.labels(model, "out").inc(written)

    def tool(self, tool: str, outcome: str, seconds: float) -> None:
        """Count a tool's use."""
        self._tools.labels(tool, outcome).observe(seconds)

    def search(self, *, found: bool) -> None:
        """Count a search in a company's documents."""
        self._searches.labels(str(found).lower()).inc()

    def blocked(self, kind: str, outcome: str) -> None:
        """Count a reply that a gate stopped; `corrected`: its model wrote a better one, or `replaced`."""
        self._gates.labels(kind, outcome).inc()

    def red_flag(self, company: str, group: str) -> None:
        """Count an emergency."""
        self._red_flags.labels(self._label(company), group).inc()

    def handoff(self, company: str, *, urgent: bool) -> None:
        """Count a conversation given to people."""
        self._handoffs.labels(self._label(company), str(urgent).lower()).inc()

    def page(self, company: str, way: str, result: str) -> None:
        """Count an attempt to wake somebody: `sent`, `failed`; and when nobody answered any: `unanswered`."""
        self._pages.labels(self._label(company), way, result).inc()

    def outside(self, system: str, status: str, seconds: float) -> None:
        """Count a request to an outside system."""
        self._outside.labels(system, status).observe(seconds)
        if status != "cancelled":
            self._last[system] = (time.monotonic(), status)

    def answers(self, system: str) -> bool | None:
        """Say whether an outside system answered when last asked, below 500; None: not asked lately."""
        when, status = self._last.get(system, (-RECENT, ""))
        if time.monotonic() - when > RECENT:
            return None
        return status.isdecimal() and int(status) < 500

    def sent(self, kind: str, outcome: str) -> None:
        """Count what was given to Chatwoot."""
        self._sends.labels(kind, outcome).inc()

    def in_hand(self, turns: int) -> None:
        """Note how many turns this process works on."""
        self._in_hand.set(turns)

    def queue(self, *, waiting: int, parked: int, oldest_seconds: float) -> None:
        """Note how the queue stands; asked for right before the numbers are read."""
        self._redis.set(1)
        self._waiting.set(waiting)
        self._parked.set(parked)
        self._age.set(oldest_seconds)

    def redis_away(self) -> None:
        """Note that the queue cannot be seen: its last numbers stay."""
        self._redis.set(0)

    def _label(self, company: str) -> str:
        if company in self._companies:
            return company
        if len(self._companies) >= self._most:
            return OTHER
        self._companies.add(company)
        return company
