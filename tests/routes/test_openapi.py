"""The API's description says what is served, and what is served holds to it."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    response_schema_conformance,
    status_code_conformance,
)
from starlette.routing import Mount, Route

from tests.processes import ROOT, answers, environment, free_port, program
from tests.routes.conftest import Api

TRIED = 3
"""Requests that are made up for each operation."""
NOT_TRIED = {
    "post_companies_company_id_onboard": "asks a Chatwoot that is not there",
    "get_diagnostics_company_id": "asks outside systems",
}
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]


async def test_the_committed_description_is_the_one_that_is_served(api: Api) -> None:
    answer = await api.http.get("/api/openapi.json")

    committed = (ROOT / "openapi.json").read_text("utf-8")
    assert answer.json() == json.loads(committed), "write it anew: server.py openapi"


async def test_every_path_is_described_once(api: Api) -> None:
    described = (await api.http.get("/api/v1/openapi.json")).json()
    mount = next(one for one in api.app.routes if isinstance(one, Mount) and one.path == "/api")
    served = {
        (method.lower(), route.path.replace(":int", ""))
        for route in mount.routes
        if isinstance(route, Route) and not route.path.startswith(("/docs", "/openapi"))
        for method in (route.methods or set()) - {"HEAD"}
    }

    told = {(method, path) for path, one in described["paths"].items() for method in one}
    names = [one["operationId"] for path in described["paths"].values() for one in path.values()]
    assert told == served
    assert len(names) == len(set(names))
    assert all(one["summary"] for path in described["paths"].values() for one in path.values())


async def test_a_body_is_described_by_the_model_that_checks_it(api: Api) -> None:
    described = (await api.http.get("/api/openapi.json")).json()

    body = described["paths"]["/appointments"]["post"]["requestBody"]["content"]
    name = body["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert set(described["components"]["schemas"][name]["required"]) >= {"slot_id"}
    security = described["paths"]["/webhook/chatwoot/{webhook_token}"]["post"]["security"]
    assert security == []


async def test_the_page_takes_nothing_from_elsewhere(api: Api) -> None:
    page = await api.http.get("/api/docs")
    assets = [
        await api.http.get(f"/api/docs/{name}")
        for name in ("swagger_bundle.js", "swagger_preset.js", "swagger_style.css", "begin.js")
    ]

    assert page.headers["content-type"].startswith("text/html")
    assert "script-src" in page.headers["content-security-policy"] or (
        "default-src 'self'" in page.headers["content-security-policy"]
    )
    assert "//" not in page.text.replace("<!doctype", "")
    assert [one.status_code for one in assets] == [200] * 4
    assert (await api.http.get("/api/docs/../server.py")).status_code == 404


def operations(url: str) -> Iterator[Any]:
    schema = schemathesis.openapi.from_url(f"{url}/api/openapi.json")
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        if operation.definition.raw["operationId"] not in NOT_TRIED:
            yield operation


def broken(url: str, key: str) -> list[str]:
    """Call every operation with made-up requests; return what went against the description."""
    found: list[str] = []
    for operation in operations(url):

        @settings(
            max_examples=TRIED,
            deadline=None,
            database=None,
            derandomize=True,
            verbosity=Verbosity.quiet,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def tried(case: Any) -> None:
            response = case.call(base_url=f"{url}/api", headers={"X-API-Key": key}, timeout=20)
            case.validate_response(response, checks=CHECKS)

        try:
            tried()
        except (FailureGroup, AssertionError) as error:
            found.append(f"{operation.label}: {error}")
    return found


@pytest.mark.processes
async def test_made_up_requests_get_answers_as_described(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = environment(PORT=str(port), API_KEY="key", DATA_DIR=str(tmp_path / "data"))

    async with program("server.py", "serve", log=tmp_path / "log", env=env) as server:
        await answers(server, f"{url}/health")
        found = await asyncio.to_thread(broken, url, "key")

        assert found == []
        assert "request_crashed" not in server.output()
