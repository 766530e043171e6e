"""Measure what Clinicdesk costs: `python -m tests.benchmarks [acks turns overhead guided companies directory knowledge library agenda media cold]`."""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence

from integrations import logs
from tests.benchmarks import (
    acks,
    agenda,
    cold,
    companies,
    directory,
    guided,
    knowledge,
    library_size,
    media,
    overhead,
    turns,
)
from tests.benchmarks.figures import Figure, table

PARTS: Mapping[str, tuple[str, Callable[[], Coroutine[None, None, Sequence[Figure]]]]] = {
    "acks": ("Webhooks acknowledged (signed, stored in Redis, no worker)", acks.run),
    "turns": ("Webhook to stored reply, two model calls a turn, worker in the server", turns.run),
    "overhead": ("Our turn beside a bare LangGraph graph, two model calls each", overhead.run),
    "guided": ("A turn of the guided agent, no model, all texts new", guided.run),
    "companies": ("The same turn at many companies and in old threads", companies.run),
    "directory": (
        "Many companies: opened, read again, changed and listed over REST",
        directory.run,
    ),
    "knowledge": ("Documents: found by words, by sense, by both", knowledge.run),
    "library": ("Documents by size: searched, kept, taken in", library_size.run),
    "agenda": ("Searches as an agenda grows, and bookings in contention", agenda.run),
    "media": ("Photos, voice notes and spoken answers, beside the provider's own time", media.run),
    "cold": ("Start of `server.py serve`, Redis and four companies included", cold.run),
}


def main(names: Sequence[str]) -> int:
    """Run the named parts, or all."""
    if unknown := sorted(set(names) - set(PARTS)):
        print(f"Unknown: {', '.join(unknown)}. There are: {', '.join(PARTS)}", file=sys.stderr)  # noqa: T201
        return 2
    logs.set_up("WARNING", "json")
    begun, missed = time.monotonic(), 0
    for name in names or PARTS:
        title, run = PARTS[name]
        figures = asyncio.run(run())
        missed += sum(one.met is False for one in figures)
        print(table(f"{name}: {title}", figures), flush=True)  # noqa: T201
    load, cores = os.getloadavg()[0], os.cpu_count()
    took = time.monotonic() - begun
    print(f"\n{missed} aims missed; {took:.0f} s; load {load:.1f} on {cores} cores")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
