"""Whether a turn costs the same with many companies and in old threads, and what memory they take.

Each number of companies gets a process of its own (`python -m tests.benchmarks.companies ...`).
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from integrations import logs
from jobs.parts import Parts
from tenants.tenant import Tenant
from tests.benchmarks.figures import Figure, median
from tests.benchmarks.meter import resident_mib
from tests.benchmarks.parts import parts_in, turn_of
from tests.benchmarks.patients import company_id
from tests.benchmarks.stage import redis_in, stub, workshop
from tests.processes import ROOT, environment

COUNTS = (1, 100, 1000)
QUESTION = "¿Dónde queda el consultorio?"
"""The same for all, so that no vector is made anew: what is measured is the rest."""
TURNS = 80
SPREAD = 400
"""Companies that are asked, each once and then once more."""
YOUNG, OLD = 10, 1000
"""Messages in a thread."""
FLAT = 1.25

Found = Mapping[str, float]


async def answered(parts: Parts, turns: Iterable[tuple[Tenant, str]]) -> list[float]:
    """Have patients answered and return each turn's processor time in milliseconds."""
    took = []
    for tenant, patient in turns:
        begun = time.process_time()
        reply = await parts.answering.front_desk.answer(tenant, turn_of(tenant, patient, QUESTION))
        took.append((time.process_time() - begun) * 1000)
        assert reply.model == tenant.model.name, reply
    return took


async def with_companies(parts: Parts, count: int) -> dict[str, float]:
    """Ask one company often, then many once, then the same again."""
    found = {"opened": resident_mib(os.getpid())}
    one = parts.directory.find(company_id(0))
    await answered(parts, ((one, "warm") for _ in range(10)))
    found["one"] = median(
        await answered(parts, ((one, str(number % 16)) for number in range(TURNS)))
    )
    many = [parts.directory.find(company_id(number)) for number in range(min(count, SPREAD))]
    if len(many) > 1:
        found["first"] = median(await answered(parts, ((tenant, "1") for tenant in many)))
        found["spread"] = median(await answered(parts, ((tenant, "1") for tenant in many)))
    found["served"] = resident_mib(os.getpid())
    return found


async def with_threads(parts: Parts) -> dict[str, float]:
    """Ask in young threads and in an old one, one after the other."""
    tenant = parts.directory.find(company_id(0))
    await answered(parts, ((tenant, "old") for _ in range(OLD // 2)))
    young, old = [], []
    for patient in range(TURNS // 4):
        # Two messages a turn.
        await answered(parts, ((tenant, f"young-{patient}") for _ in range(YOUNG // 2)))
        young += await answered(parts, ((tenant, f"young-{patient}") for _ in range(3)))
        old += await answered(parts, ((tenant, "old") for _ in range(3)))
    return {"young": median(young), "old": median(old), "served": resident_mib(os.getpid())}


async def child(what: str, count: int, folder: Path, redis_url: str, model: str) -> None:
    """Measure in this process and print what was found as JSON."""
    logs.set_up("WARNING", "json")
    variables = {"OPENAI_API_KEY": "sham", "OPENAI_BASE_URL": f"{model}/v1"}
    begun = time.perf_counter()
    async with parts_in(folder, redis_url, count, variables) as parts:
        seconds = time.perf_counter() - begun
        found = await (with_threads(parts) if what == "threads" else with_companies(parts, count))
    sys.stdout.write(json.dumps({**found, "seconds": seconds}))


async def asked(what: str, count: int, redis_url: str, model: str) -> Found:
    """Run a child and return what it found."""
    with workshop() as folder:
        words = [what, str(count), str(folder), redis_url, model]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.benchmarks.companies", *words, cwd=ROOT,
            env=dict(environment()), stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, _ = await process.communicate()
    found: Found = json.loads(said)
    return found


async def run() -> Sequence[Figure]:
    """Measure each number of companies, then threads, on one Redis that is emptied by itself."""
    async with stub("model_stub") as (model, _):
        found: dict[int, Found] = {}
        for count in COUNTS:
            with workshop() as folder:
                async with redis_in(folder) as redis:
                    found[count] = await asked("companies", count, redis[0], model)
        with workshop() as folder:
            async with redis_in(folder) as redis:
                threads = await asked("threads", 1, redis[0], model)
    figures = [one for count in COUNTS for one in _of_companies(count, found[count], found[1])]
    return [
        *figures,
        Figure(
            what=f"a turn in a thread of {OLD} messages, processor time",
            value=threads["old"],
            baseline=threads["young"],
            of=f"{YOUNG} messages",
            aim=FLAT,
            ratio_is_aimed_at=True,
        ),
    ]


def _of_companies(count: int, found: Found, alone: Found) -> list[Figure]:
    who = f"{count:,} companies" if count > 1 else "1 company"
    figures = [
        Figure(
            what=f"{who}: a turn at one of them, processor time",
            value=found["one"],
            baseline=alone["one"],
            of="1 company",
            aim=FLAT,
            ratio_is_aimed_at=True,
        ),
        Figure(
            what=f"{who}: memory, once started",
            value=found["opened"],
            unit="MiB",
            baseline=alone["opened"],
            of="1 company",
        ),
    ]
    if "spread" not in found:
        return figures
    asked_of = min(count, SPREAD)
    return [
        *figures,
        Figure(
            what=f"{who}: a turn at each of {asked_of} in turn",
            value=found["spread"],
            baseline=alone["one"],
            of="1 company",
            aim=FLAT,
            ratio_is_aimed_at=True,
        ),
        Figure(
            what=f"{who}: a company's first turn (its graph is made)",
            value=found["first"],
            baseline=alone["one"],
            of="1 company",
        ),
        Figure(
            what=f"{who}: memory, {asked_of} graphs made",
            value=found["served"],
            unit="MiB",
            baseline=alone["served"],
            of="1 company",
        ),
        Figure(what=f"{who}: read at start", value=found["seconds"], unit="s"),
    ]


if __name__ == "__main__":
    asyncio.run(child(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:6]))
