"""A company's numbers for people: summed up from the counters of days, with null for what is not known."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tenants.histogram import RATIO, percentile
from tenants.prices import MICROS
from tenants.usage import COST, Counts, Days, by

ERROR = round(RATIO**0.5 - 1, 2)
"""How far a percentile may be off: times are counted in buckets."""
TOKENS = ("tokens_in", "tokens_out", "tokens_cached")
MEDIA = (
    "voice_notes_heard",
    "audio_seconds",
    "photos_seen",
    "spoken_answers",
    "speech_characters",
    "embedding_tokens",
)

Report = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one agent's one model did on a day; `model` is empty where only the agent is known."""

    day: date
    agent: str
    model: str
    calls: int
    tokens_in: int
    tokens_out: int
    tokens_cached: int
    cost_usd: str


def total_of(days: Iterable[Counts]) -> Counter[str]:
    """Return the counters of many days as one."""
    total: Counter[str] = Counter()
    for counts in days:
        total.update(counts)
    return total


def grouped(total: Counts, name: str) -> dict[str, int]:
    """Return a counter by the first thing that it is counted by."""
    found: Counter[str] = Counter()
    for field, count in total.items():
        head, _, rest = field.partition(":")
        if head == name and rest:
            found[rest.partition(":")[0]] += count
    return dict(sorted(found.items()))


def by_second(total: Counts, name: str) -> dict[str, int]:
    """Return a counter by the second thing that it is counted by, such as the model."""
    found: Counter[str] = Counter()
    for field, count in total.items():
        parts = field.split(":", 2)
        if parts[0] == name and len(parts) == 3:
            found[parts[2]] += count
    return dict(sorted(found.items()))


def dollars(micros: int) -> str:
    """Return millionths as dollars: text, so that nobody reads it as binary fractions."""
    return f"{micros // MICROS}.{micros % MICROS:06d}"


def times_of(total: Counts, name: str) -> Report:
    """Return median, 95th percentile and mean of times, or null where none was measured."""
    buckets = grouped(total, name)
    measured = sum(buckets.values())
    return {
        "p50_ms": percentile(buckets, 0.5),
        "p95_ms": percentile(buckets, 0.95),
        "avg_ms": round(total.get(f"{name}_sum", 0) / measured, 1) if measured else None,
        "measured": measured,
    }


def activity_of(total: Counts) -> Report:
    """Return what was written, answered and done."""
    searches = total.get("searches", 0)
    return {
        "messages": total.get("messages", 0),
        "messages_to_people": total.get("messages_to_people", 0),
        "turns": total.get("turns", 0),
        "replies": total.get("replies", 0),
        "withheld": total.get("withheld", 0),
        "floods": total.get("floods", 0),
        "sources": grouped(total, "sources"),
        "agent_usage": grouped(total, "answers"),
        "models": by_second(total, "answers"),
        "response_time": times_of(total, "wait_ms"),
        "answer_time": times_of(total, "answer_ms"),
        "percentile_error": ERROR,
        "drafts_stopped": grouped(total, "stopped"),
        "handoffs": {
            "total": total.get("handoffs", 0),
            "urgent": total.get("handoffs_urgent", 0),
        },
        "emergencies": {
            "total": total.get("emergencies", 0),
            "by_group": grouped(total, "emergencies"),
            "acknowledged": total.get("acknowledged", 0),
            "time_to_acknowledgement": times_of(total, "acknowledged_ms"),
        },
        "appointments": {
            "booked": total.get("bookings", 0),
            "moved": total.get("moves", 0),
            "cancelled": total.get("cancellations", 0),
            "confirmed": total.get("confirmations", 0),
        },
        "questions": {
            "searched": searches,
            "unanswered": total.get("unanswered", 0),
            "unanswered_share": round(total.get("unanswered", 0) / searches, 3)
            if searches
            else None,
        },
    }


def spending_of(total: Counts) -> Report:
    """Return what models and media cost. Calls whose server told nothing are estimated, and counted."""
    return {
        "cost_usd": dollars(total.get(COST, 0)),
        "cost_usd_by_agent": {agent: dollars(cost) for agent, cost in grouped(total, COST).items()},
        "cost_usd_by_model": {
            model: dollars(cost) for model, cost in by_second(total, COST).items()
        },
        "tokens": {name: sum(grouped(total, name).values()) for name in TOKENS},
        "calls": sum(grouped(total, "calls").values()),
        "calls_without_usage": total.get("calls_without_usage", 0),
        "failures_by_model": grouped(total, "model_failures"),
        "media": {name: total.get(name, 0) + sum(grouped(total, name).values()) for name in MEDIA},
    }


def rows_of(days: Days) -> list[Row]:
    """Return one row for each day, agent and model."""
    return [
        Row(
            day=day,
            agent=agent,
            model=model,
            calls=counts.get(by("calls", agent, model), 0),
            tokens_in=counts.get(by("tokens_in", agent, model), 0),
            tokens_out=counts.get(by("tokens_out", agent, model), 0),
            tokens_cached=counts.get(by("tokens_cached", agent, model), 0),
            cost_usd=dollars(counts.get(by(COST, agent, model), 0)),
        )
        for day, counts in days.items()
        for agent, model in _callers(counts)
    ]


def _callers(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    found = set()
    for field in counts:
        parts = field.split(":", 2)
        if parts[0] in {"calls", "tokens_in", COST} and len(parts) > 1:
            found.add((parts[1], parts[2] if len(parts) > 2 else ""))
    return sorted(found)
