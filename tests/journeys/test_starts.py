"""A start that cannot succeed ends at once with one sentence that says what to do."""

import asyncio
import socket
from pathlib import Path

import pytest

from tests.journeys.house import KEY
from tests.processes import ROOT, START, environment, free_port, program

pytestmark = pytest.mark.processes

NOWHERE = "redis://127.0.0.1:1/0"


async def last_words(folder: Path, name: str, command: str, **settings: str) -> tuple[int, str]:
    """Start a program of ours; return its exit status and the last line it wrote, or its traceback."""
    env = environment(API_KEY=KEY, HOST="127.0.0.1", **settings)
    log = folder / f"{name}.log"
    async with program(str(ROOT / "server.py"), command, log=log, env=env, cwd=folder) as running:
        code = await running.ended(START)
        said = running.output()
    return code, said if "Traceback" in said else said.splitlines()[-1]


async def test_a_fault_of_the_surroundings_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])

        taken, no_redis = await asyncio.gather(
            last_words(tmp_path, "taken", "serve", PORT=port, REDIS_URL=NOWHERE),
            last_words(tmp_path, "no-redis", "serve", PORT=str(free_port()), REDIS_URL=NOWHERE),
        )

    assert taken[0] == no_redis[0] == 1
    assert taken[1].startswith(f"PORT: cannot listen on 127.0.0.1:{port}: something else")
    assert no_redis[1].startswith("Redis does not answer: ")
