"""The panel's files: which page comes for which path, how long browsers keep what, and nothing else of the disk."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from routes.application import application, mount
from routes.panel import Panel

SCRIPT = b"export const clinic = 1;\n" * 50


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assets = tmp_path / "dist" / "assets"
    assets.mkdir(parents=True)
    (assets.parent / "index.html").write_text("<!doctype html><title>Clinicdesk</title>")
    (assets / "index-a1b2.js").write_bytes(SCRIPT)
    (assets / "index-a1b2.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "secret.js").write_text("a secret")
    return assets.parent


@pytest.fixture
async def http(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = application()
    mount(app, [], Panel(folder).routes())
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.mark.parametrize("path", ["/panel", "/panel/", "/panel/conversations/9001"])
async def test_every_path_of_the_panel_is_its_page_and_never_an_old_one(
    http: httpx.AsyncClient, path: str
) -> None:
    answer = await http.get(path)

    policy = answer.headers["content-security-policy"]
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "<title>Clinicdesk" in answer.text
    assert policy.startswith("default-src 'self'; ")
    assert "unsafe" not in policy


@pytest.mark.parametrize(("accepted", "coding"), [("gzip, br", "gzip"), ("identity", None)])
async def test_what_has_its_content_in_its_name_is_kept_for_good(
    http: httpx.AsyncClient, accepted: str, coding: str | None
) -> None:
    answer = await http.get("/panel/assets/index-a1b2.js", headers={"Accept-Encoding": accepted})

    assert answer.content == SCRIPT
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "name",
    ["gone.js", "..%2f..%2fsecret.js", "../../secret.js", "index-a1b2.js.gz", ".env", "a%00.js"],
)
async def test_nothing_else_of_the_disk_is_read(http: httpx.AsyncClient, name: str) -> None:
    answer = await http.get(f"/panel/assets/{name}")

    assert answer.status_code == 404
    assert "secret" not in answer.text


async def test_a_panel_that_is_not_built_says_how_to_build_it(
    http: httpx.AsyncClient, folder: Path
) -> None:
    (folder / "index.html").unlink()

    answer = await http.get("/panel/")

    assert answer.status_code == 503
    assert "make panel" in answer.text


async def test_the_root_leads_browsers_to_the_panel_and_programs_nowhere(
    http: httpx.AsyncClient,
) -> None:
    browser = await http.get("/", headers={"Accept": "text/html,application/xhtml+xml"})
    program = await http.get("/", headers={"Accept": "*/*"})

    assert (browser.status_code, browser.headers["location"]) == (307, "/panel/")
    assert (program.status_code, program.json()["error"]) == (404, "NotFoundError")
