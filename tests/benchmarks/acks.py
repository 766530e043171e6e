"""How fast a webhook is acknowledged: at 200 a second, as fast as it goes, and beside a bare route."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.benchmarks.figures import Figure, median, percentile
from tests.benchmarks.line import Lines, lines_to
from tests.benchmarks.meter import Meter
from tests.benchmarks.patients import path_of, webhook
from tests.benchmarks.stage import redis_in, serving, stub, workshop
from tests.processes import free_port

RATE = 200  # a second
STEADY = 8.0  # seconds at that rate
FLAT_OUT = 4.0  # seconds
CONNECTIONS = 32
PATIENTS = 500
AIM = 20.0  # milliseconds, of a hundred acknowledgements the slowest
FIRST_ACCOUNT = 1001

Delivery = tuple[bytes, dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acks:
    """How one server did."""

    milliseconds: Sequence[float]
    at_most: float
    """A second, as fast as it goes."""
    cpu_milliseconds: float
    """Of the server, for each at full speed."""


def deliveries(count: int, first: int) -> list[Delivery]:
    """Return what some patients write, signed ahead so that signing is not measured."""
    return [
        webhook(first + number, f"¿Tienen turno el viernes? ({number})", 1 + number % PATIENTS)
        for number in range(count)
    ]


async def _timed(lines: Lines, one: Delivery, took: list[float]) -> None:
    begun = time.perf_counter()
    status, said = await lines.post(path_of(FIRST_ACCOUNT), *one)
    took.append((time.perf_counter() - begun) * 1000)
    assert status == 200, said
    assert b"accepted" in said, said


async def at_rate(lines: Lines, waiting: Sequence[Delivery], rate: float) -> list[float]:
    """Deliver at a rate, whether or not answers come, and return what each took in milliseconds."""
    took: list[float] = []
    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number, one in enumerate(waiting):
            if (ahead := begun + number / rate - time.perf_counter()) > 0:
                await asyncio.sleep(ahead)
            group.create_task(_timed(lines, one, took))
    return took


async def flat_out(lines: Lines, waiting: Iterator[Delivery], seconds: float) -> tuple[int, float]:
    """Deliver over all connections for some seconds; return how many were taken and in how long."""
    took: list[float] = []
    begun = time.perf_counter()

    async def deliver() -> None:
        while time.perf_counter() < begun + seconds and (one := next(waiting, None)):
            await _timed(lines, one, took)

    await asyncio.gather(*(deliver() for _ in range(CONNECTIONS)))
    return len(took), time.perf_counter() - begun


async def measured(url: str, pid: int) -> Acks:
    """Measure one server."""
    warm, steady, many = (
        deliveries(count, first * 1_000_000)
        for first, count in enumerate((RATE, int(RATE * STEADY), int(FLAT_OUT * 3000)), 1)
    )
    async with lines_to(url, CONNECTIONS) as lines:
        await at_rate(lines, warm, RATE)
        took = await at_rate(lines, steady, RATE)
        meter = Meter([pid])
        meter.start()
        count, seconds = await flat_out(lines, iter(many), FLAT_OUT)
        cpu = meter.read() / count
    return Acks(milliseconds=took, at_most=count / seconds, cpu_milliseconds=cpu * 1000)


async def run() -> Sequence[Figure]:
    """Measure our server without a worker, and a bare route."""
    async with stub("bare_webhook") as (url, process):
        bare = await measured(url, process.pid)
    with workshop() as folder:
        async with (
            redis_in(folder) as redis,
            serving(folder, redis, free_port(), WORKER_IN_SERVER="false") as server,
        ):
            ours = await measured(server.url, server.pid)
    told, plain = "bare route", percentile(bare.milliseconds, 99)
    return (
        Figure(
            what=f"ack at {RATE}/s, p50",
            value=median(ours.milliseconds),
            baseline=median(bare.milliseconds),
            of=told,
        ),
        Figure(
            what=f"ack at {RATE}/s, p99",
            value=percentile(ours.milliseconds, 99),
            baseline=plain,
            of=told,
            aim=AIM,
        ),
        Figure(
            what=f"acks at most ({CONNECTIONS} connections)",
            value=ours.at_most,
            unit="/s",
            baseline=bare.at_most,
            of=told,
        ),
        Figure(
            what="processor time of an ack",
            value=ours.cpu_milliseconds,
            baseline=bare.cpu_milliseconds,
            of=told,
        ),
    )
