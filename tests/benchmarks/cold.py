"""How long a start takes: to a healthy answer of `serve`, with a Redis of its own and the four companies."""

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from tests.benchmarks.figures import Figure
from tests.benchmarks.meter import resident_mib
from tests.benchmarks.stage import API_KEY, workshop
from tests.processes import ROOT, answers, environment, free_port, program

AIM = 5.0  # seconds
IMPORTS = "import langgraph.graph, langgraph.prebuilt, langchain_openai, uvicorn, starlette, redis"


async def imports() -> float:
    """Return the seconds that Python and the libraries alone take."""
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", IMPORTS, cwd=ROOT)
    await process.wait()
    return time.perf_counter() - begun


async def start(folder: Path) -> tuple[float, float, float]:
    """Return seconds to health, seconds to a first answer, and MiB, of a start in a folder."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = environment(
        PORT=str(port), DATA_DIR=str(folder / "data"), API_KEY=API_KEY, HOST="127.0.0.1"
    )
    begun = time.perf_counter()
    async with program("server.py", "serve", log=folder / "log", env=env) as running:
        await answers(running, f"{url}/health")
        healthy = time.perf_counter() - begun
        async with httpx.AsyncClient(timeout=20, trust_env=False) as client:
            body = {"company_id": "benova", "user_id": "ana", "message": "¿Cuánto vale el botox?"}
            headers = {"X-API-Key": API_KEY}
            answer = await client.post(f"{url}/api/webhook/test", json=body, headers=headers)
        answer.raise_for_status()
        answered, memory = time.perf_counter() - begun, resident_mib(running.pid)
        await running.stop()
    return healthy, answered, memory


async def run() -> Sequence[Figure]:
    """Start in an empty folder, then once more in the same."""
    await imports()  # The files are read into memory once.
    plain = await imports()
    with workshop() as folder:
        first = await start(folder)
        again = await start(folder)
    return [
        one
        for name, (healthy, answered, memory) in (("first", first), ("next", again))
        for one in (
            Figure(
                what=f"{name} start: to a healthy answer",
                value=healthy,
                unit="s",
                baseline=plain,
                of="imports alone",
                aim=AIM,
            ),
            Figure(what=f"{name} start: to a patient's first answer", value=answered, unit="s"),
            Figure(what=f"{name} start: memory then", value=memory, unit="MiB"),
        )
    ]
