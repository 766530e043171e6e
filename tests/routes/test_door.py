"""Around every path: headers for browsers, hosts, origins, and bounds on what is large or slow."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from routes.application import Manners, application, mount
from routes.bounds import HEADERS, LARGEST, Bounds
from routes.connection import WaryProtocol
from routes.security_headers import HEADERS as SECURITY
from tests.fakes.serve import serve


async def _told(request: Request) -> Response:
    return JSONResponse({"bytes": len(await request.body())})


async def _page(_request: Request) -> Response:
    return HTMLResponse("<p>page</p>")


async def _crash(_request: Request) -> Response:
    raise ValueError("a patient's words")


def app_with(manners: Manners | None = None) -> Starlette:
    app = application()
    told = Route("/told", _told, methods=["GET", "POST"])
    inside = [told, Route("/page", _page), Route("/crash", _crash)]
    mount(
        app,
        [*inside, Route("/webhook/chatwoot/{token}", _told)],
        [Route("/health", _told)],
        manners,
    )
    return app  # fmt: skip


def client_of(app: Starlette) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://clinic.example")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/health", 200), ("/api/told", 200), ("/api/nothing", 404), ("/api/crash", 500)],
)
async def test_every_answer_tells_browsers_what_not_to_do(path: str, status: int) -> None:
    async with client_of(app_with()) as http:
        answer = await http.get(path)

    assert answer.status_code == status
    assert len(answer.headers["x-request-id"]) == 32
    assert {name: answer.headers[name] for name in SECURITY} == SECURITY
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "strict-transport-security" not in answer.headers
    assert "patient" not in answer.text


async def test_a_page_may_run_its_own_scripts_and_none_inside_it() -> None:
    async with client_of(app_with()) as http:
        policy = (await http.get("/api/page")).headers["content-security-policy"]

    assert policy.startswith("default-src 'self'")
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy


async def test_browsers_are_kept_on_https_where_there_is_https() -> None:
    async with client_of(app_with(Manners(https=True))) as http:
        answer = await http.get("/health")

    assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_pages_of_other_origins_may_not_call() -> None:
    async with client_of(app_with()) as http:
        asked = await http.options(
            "/api/told",
            headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
        )
        answer = await http.get("/api/told", headers={"Origin": "https://evil.example"})

    assert asked.status_code == 405
    assert not [one for one in answer.headers if one.startswith("access-control")]


async def test_pages_of_named_origins_may_and_bring_no_cookies() -> None:
    app = app_with(Manners(origins=["https://panel.example"]))
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-api-key"}  # fmt: skip
    async with client_of(app) as http:
        good = await http.options("/api/told", headers={"Origin": "https://panel.example", **preflight})  # fmt: skip
        bad = await http.options("/api/told", headers={"Origin": "https://panel.example.evil", **preflight})  # fmt: skip

    assert good.headers["access-control-allow-origin"] == "https://panel.example"
    assert "access-control-allow-credentials" not in good.headers
    assert bad.status_code == 400
    assert "access-control-allow-origin" not in bad.headers


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("clinic.example", "/api/told", 200),
        ("a.clinics.example:8080", "/api/told", 200),
        ("clinics.example", "/api/told", 421),
        ("evil.example", "/api/told", 421),
        ("10.0.0.7", "/health", 200),
        ("10.0.0.7", "/api/webhook/chatwoot/token", 200),
    ],
)
async def test_only_our_hosts_are_answered_for_but_never_at_chatwoots_cost(
    host: str, path: str, status: int
) -> None:
    app = app_with(Manners(hosts=["clinic.example", "*.clinics.example"]))
    async with client_of(app) as http:
        answer = await http.get(path, headers={"Host": host})

    assert answer.status_code == status


async def _pieces(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * 1_000_000


async def test_a_body_without_a_length_is_cut_off() -> None:
    async with client_of(app_with()) as http:
        small = await http.post("/api/told", content=_pieces(2))
        large = await http.post("/api/told", content=_pieces(9))

    assert small.json() == {"bytes": 2_000_000}
    assert (large.status_code, large.json()["error"]) == (413, "TooLargeError")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Length": str(LARGEST + 1)}, 413),
        ({"X-Long": "x" * HEADERS}, 431),
        ({f"X-{number}": "1" for number in range(101)}, 431),
    ],
)
async def test_what_announces_too_much_is_refused_unread(
    headers: dict[str, str], status: int
) -> None:
    async with client_of(app_with()) as http:
        answer = await http.post("/api/told", headers=headers, content=_pieces(0))

    assert answer.status_code == status
    assert set(answer.json()) == {"error", "detail"}


async def test_a_body_that_stops_coming_is_not_waited_for() -> None:
    app = app_with()
    app.router.middleware_stack = Bounds(app.router.app, idle=0.05)

    async def stuck() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(30)
        yield b"y"

    async with client_of(app) as http:
        answer = await http.post("/api/told", content=stuck())

    assert (answer.status_code, answer.json()["error"]) == (408, "SlowBodyError")


class Hasty(WaryProtocol):
    header_wait = 0.3
    header_bytes = 4_000
    ignored_bytes = 20_000_000


async def _sent(url: str, *pieces: bytes) -> bytes:
    """Send bytes as they are, and return all that comes until the other side hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        async with asyncio.timeout(10):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_headers_that_never_end_are_not_waited_for() -> None:
    async with serve(app_with(), protocol=Hasty) as url:
        silent = await _sent(url)
        slow = await _sent(url, b"GET /health HTTP/1.1\r\n", b"Host: a\r\n")
        large = await _sent(url, b"GET /health HTTP/1.1\r\nX: ", b"x" * 9_000)
        async with httpx.AsyncClient() as http:
            fine = [(await http.get(f"{url}/health")).status_code for _ in range(3)]

    assert (silent, slow, large) == (b"", b"", b"")
    assert fine == [200, 200, 200]


async def test_who_sends_too_much_reads_why_and_whoever_never_ends_is_cut_off() -> None:
    async with serve(app_with(), protocol=Hasty) as url, httpx.AsyncClient() as http:
        refused = await http.post(f"{url}/api/told", content=_pieces(15))
        with pytest.raises(httpx.TransportError):
            await http.post(f"{url}/api/told", content=_pieces(200))

    assert refused.status_code == 413


async def test_a_length_that_lies_smuggles_nothing() -> None:
    both = b"POST /api/told HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
    short = b"POST /api/told HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\n12GET /api/crash HTTP/1.1\r\n\r\n"  # fmt: skip
    async with serve(app_with(), protocol=Hasty) as url:
        refused = await _sent(url, both, b"0\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        taken = await _sent(url, short)

    assert refused.startswith(b"HTTP/1.1 400")
    assert refused.count(b"HTTP/1.1") == 1
    assert b'{"bytes":2}' in taken
    assert taken.count(b"HTTP/1.1") == 1
