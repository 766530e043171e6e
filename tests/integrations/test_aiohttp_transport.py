"""The way to the servers that every turn asks: what httpx promises holds, and nothing of one answer is in another."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvloop

from integrations.counted_client import CountedClient
from tests.integrations.test_guarded_http import certificate

Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter
LARGE = 100_000_000  # bytes; the system keeps some of them on their way
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@asynccontextmanager
async def served(
    answer: Callable[[Reader, Writer], Awaitable[None]], file: Path | None = None
) -> AsyncIterator[str]:
    trust = None
    if file is not None:
        trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        trust.load_cert_chain(file)

    async def serve(reader: Reader, writer: Writer) -> None:
        try:
            await answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=trust)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def saying(*answers: bytes) -> Callable[[Reader, Writer], Awaitable[None]]:
    async def answer(reader: Reader, writer: Writer) -> None:
        for one in answers:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(one)
            await writer.drain()

    return answer


def client(**options: object) -> CountedClient:
    return CountedClient("chatwoot", lambda *_: None, **{"timeout": 5, **options})


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (GOOD, b"ok"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
            b"ok",
        ),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", b"until the end"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + GOOD, b"ok"),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + GOOD, b"ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", b"ok"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    ],
)
async def test_an_answer_ends_where_it_says(answer: bytes, body: bytes) -> None:
    async with served(saying(answer)) as url, client() as http:
        got = await http.post(url, json={"hola": 1})

    assert got.content == body
    assert got.status_code in {200, 204}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok", httpx.RemoteProtocolError),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", httpx.RemoteProtocolError),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 30_000, httpx.RemoteProtocolError),
    ],
)  # fmt: skip
async def test_what_is_no_answer_is_an_error_of_httpx(
    answer: bytes, error: type[Exception]
) -> None:
    async with served(saying(answer)) as url, client() as http:
        with pytest.raises(error):
            await http.get(url)


async def test_one_connection_serves_one_request_after_the_other_and_no_answer_is_mixed_up() -> (
    None
):
    connections = 0

    async def echo(reader: Reader, writer: Writer) -> None:
        nonlocal connections
        connections += 1
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ")[1]
            await asyncio.sleep(0.001)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(path), path))

    async with served(echo) as url, client() as http:
        for number in range(5):
            assert (await http.get(f"{url}/{number}")).text == f"/{number}"
        alone = connections
        many = await asyncio.gather(*(http.get(f"{url}/{number}") for number in range(40)))

    assert alone == 1
    assert [one.text for one in many] == [f"/{number}" for number in range(40)]


async def test_a_connection_that_was_spoken_on_unasked_is_not_used_again() -> None:
    async def talkative(reader: Reader, writer: Writer) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(GOOD + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")
        await reader.readuntil(b"\r\n\r\n")
        writer.write(GOOD)

    async with served(talkative) as url, client() as http:
        answers = [(await http.get(url)).text for _ in range(4)]

    assert answers == ["ok"] * 4


async def test_a_cancelled_request_leaves_nothing_for_the_next() -> None:
    async def slow_first(reader: Reader, writer: Writer) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"/slow" in head:
            await asyncio.sleep(0.2)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow")
        else:
            writer.write(GOOD)

    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
    async with served(slow_first) as url, client(limits=limits) as http:
        asked = asyncio.create_task(http.get(f"{url}/slow"))
        await asyncio.sleep(0.05)
        asked.cancel()
        await asyncio.wait({asked})
        answer = await http.get(f"{url}/fast")

    assert answer.text == "ok"


async def test_time_runs_out_by_kind() -> None:
    async def silent(reader: Reader, _: Writer) -> None:
        await reader.read()

    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
    seconds = httpx.Timeout(5, read=0.1, pool=0.05)
    async with served(silent) as url, client(limits=limits, timeout=seconds) as http:
        first, second = await asyncio.gather(http.get(url), http.get(url), return_exceptions=True)

    assert isinstance(first, httpx.ReadTimeout)
    assert isinstance(second, httpx.ConnectTimeout)


async def test_nobody_there_is_a_connect_error() -> None:
    async with served(saying()) as url:
        pass

    async with client() as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(url)


async def test_a_header_cannot_begin_a_second_request() -> None:
    async with served(saying(GOOD)) as url, client() as http:
        with pytest.raises(httpx.LocalProtocolError):
            await http.get(url, headers={"X": "a\r\n\r\nGET /other HTTP/1.1"})


async def test_a_file_goes_out_and_a_large_answer_comes_in_piece_by_piece() -> None:
    large = b"0123456789" * 400_000

    async def swallow(reader: Reader, writer: Writer) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        sent = await reader.readexactly(length)
        assert large in sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(large) + large)
        await writer.drain()

    async with served(swallow) as url, client() as http:
        answer = await http.post(url, files={"file": ("large.bin", large)}, data={"a": "b"})

    assert answer.content == large


async def test_who_reads_slowly_holds_the_server_up_instead_of_the_memory() -> None:
    sent = 0

    async def endless(reader: Reader, writer: Writer) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % LARGE)
        while True:
            writer.write(b"0" * 65_536)
            await writer.drain()
            sent += 65_536

    async with served(endless) as url, client() as http, http.stream("GET", url) as answer:
        await asyncio.sleep(0.3)
        begun = sent
        first = await anext(answer.aiter_raw())

    assert first
    assert begun < LARGE / 4


@pytest.mark.parametrize("runs", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_certificate_must_be_the_hosts_own(
    runs: Callable[[], asyncio.AbstractEventLoop], tmp_path: Path
) -> None:
    async def asked(name: str) -> str:
        trusted = certificate(tmp_path, name)
        async with (
            served(saying(GOOD), tmp_path / "cert.pem") as url,
            client(verify=trusted) as http,
        ):
            return (await http.get(url.replace("http://127.0.0.1", "https://localhost"))).text

    with asyncio.Runner(loop_factory=runs) as runner:
        assert runner.run(asked("localhost")) == "ok"
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            runner.run(asked("other.example"))


def test_it_works_on_the_event_loop_that_serves() -> None:
    async def asked() -> list[str]:
        async with served(saying(GOOD, GOOD)) as url, client() as http:
            return [(await http.get(url)).text for _ in range(2)]

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(asked()) == ["ok", "ok"]
