"""What strangers link to is fetched within limits, and nothing private is ever reached by it."""

import ipaddress
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from integrations.addresses import address_of, is_forbidden_to_all, is_open
from integrations.errors import IntegrationError
from integrations.guarded_http import Fetched, GuardedHttp, TooLargeError, resolve
from integrations.places import allowed_host
from tests.fakes.in_process import InProcess
from tests.fakes.serve import serve
from tests.fakes.storage import Line, Names, Storage, Turning

MB = 1024 * 1024


class Place:
    """A storage that listens, and somebody who fetches from it by the name `chat.example`."""

    def __init__(self, port: int = 3000) -> None:
        self.storage = Storage()
        self.port = port
        self.names = Names(
            chat_example=["127.0.0.1"], storage_example=["127.0.0.1"], evil_example=["127.0.0.1"]
        )
        self.allowed = {f"chat.example:{port}"}
        self.line = InProcess(self.storage.app)
        self.http = GuardedHttp(resolve=self.names, transport=self.line)

    def url(self, path: str, host: str = "chat.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def allow(self, host: str) -> None:
        self.allowed.add(host)

    async def fetch(
        self, path: str, *, limit_bytes: int = MB, seconds: float = 5, **more: Any
    ) -> Fetched:
        return await self.http.fetch(
            self.url(path),
            allowed=self.allowed,
            limit_bytes=limit_bytes,
            seconds=seconds,
            **more,
        )

    async def refusal(self, path: str, **more: float) -> IntegrationError:
        with pytest.raises(IntegrationError) as caught:
            await self.fetch(path, **more)  # type: ignore[arg-type] # Limits, by name.
        return caught.value


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
async def listening() -> AsyncIterator[Place]:
    place = Place()
    async with serve(place.storage.app) as url:
        place.port = httpx.URL(url).port or 0
        place.allow(f"chat.example:{place.port}")
        place.http = GuardedHttp(resolve=place.names)
        yield place
        await place.http.aclose()


@pytest.mark.parametrize(
    "written",
    [
        "127.0.0.1", "10.0.0.8", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "100.100.100.200", "168.63.129.16", "0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1",
        "192.0.0.192", "198.18.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1",
        "fd00:ec2::254", "ff02::1", "fec0::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:db8::1",
        "64:ff9b:1::1",
    ],
)  # fmt: skip
def test_an_address_that_not_everybody_reaches_is_not_open(written: str) -> None:
    assert not is_open(address_of(written))


@pytest.mark.parametrize(
    "written",
    ["1.1.1.1", "54.231.0.1", "2606:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"],
)
def test_an_address_of_the_internet_is_open(written: str) -> None:
    assert is_open(address_of(written))


@pytest.mark.parametrize(
    "written", ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1"]
)
def test_a_clouds_metadata_is_closed_even_where_a_private_network_is_allowed(written: str) -> None:
    assert is_forbidden_to_all(address_of(written))
    assert not is_forbidden_to_all(ipaddress.ip_address("192.168.1.10"))
    assert not is_forbidden_to_all(ipaddress.ip_address("::1"))


async def test_a_file_comes_whole_from_a_host_that_may_be_private(listening: Place) -> None:
    fetched = await listening.fetch("/file")

    assert fetched.content == b"OggS"
    assert fetched.content_type == "audio/ogg"
    assert listening.storage.requests[0].headers["host"] == f"chat.example:{listening.port}"


async def test_the_operators_list_allows_a_storage_on_the_private_network(place: Place) -> None:
    place.http = GuardedHttp(
        resolve=place.names, allowed=("Storage.example",), transport=place.line
    )

    fetched = await place.fetch("/to?url=" + place.url("/file", "storage.example"))

    assert fetched.url == place.url("/file", "storage.example")


async def test_a_redirect_to_a_private_address_is_refused(place: Place) -> None:
    error = await place.refusal("/to?url=" + place.url("/file", "evil.example"))

    assert error.detail == "the link leads to a private address"
    assert error.permanent
    assert len(place.storage.requests) == 1


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]"],
)
async def test_a_redirect_to_a_private_number_is_refused(place: Place, host: str) -> None:
    place.names.found[host.strip("[]")] = [host.strip("[]")]

    error = await place.refusal("/to?url=" + place.url("/file", host))

    assert error.detail == "the link leads to a private address"


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1"])
async def test_an_address_in_disguise_is_refused_unseen(place: Place, host: str) -> None:
    error = await place.refusal("/to?url=" + place.url("/file", host))

    assert error.permanent
    assert place.names.asked == ["chat.example"]


@pytest.mark.parametrize(
    "link",
    ["file:///etc/passwd", "gopher://chat.example/", "ftp://chat.example/x", "data:,x",
     "http://", "//", "http://chat.example:99999/", "http://[::1/", "x" * 5000],
)  # fmt: skip
async def test_what_is_no_web_address_is_refused(place: Place, link: str) -> None:
    with pytest.raises(IntegrationError) as caught:
        await place.http.fetch(link, limit_bytes=MB, seconds=1)

    assert caught.value.permanent


async def test_a_link_with_a_password_is_refused(place: Place) -> None:
    with pytest.raises(IntegrationError, match="password"):
        await place.http.fetch("http://a:b@chat.example/", limit_bytes=MB, seconds=1)


async def test_one_private_address_among_public_ones_spoils_the_name() -> None:
    http = GuardedHttp(resolve=Names(mixed_example=["1.1.1.1", "10.0.0.1"]))

    with pytest.raises(IntegrationError, match="private"):
        await http.fetch("http://mixed.example/x", limit_bytes=MB, seconds=1)


async def test_a_name_is_resolved_once_and_the_judged_address_is_connected_to() -> None:
    turning = Turning("1.1.1.1", "127.0.0.1")
    line = Line()
    http = GuardedHttp(resolve=turning, transport=line)

    await http.fetch("http://turning.example/x", limit_bytes=MB, seconds=1)

    assert turning.asked == 1
    assert line.hosts == ["1.1.1.1"]


async def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    line = Line(down=frozenset({"2606:4700::1111"}))
    http = GuardedHttp(resolve=Names(two_example=["2606:4700::1111", "1.1.1.1"]), transport=line)

    await http.fetch("http://two.example/x", limit_bytes=MB, seconds=1)

    assert line.hosts == ["2606:4700::1111", "1.1.1.1"]


async def test_a_token_goes_to_its_own_host_and_to_no_other(place: Place) -> None:
    place.allow("storage.example")

    await place.fetch(
        "/to?url=" + place.url("/file", "storage.example"), headers={"api_access_token": "T"}
    )

    tokens = [one.headers.get("api_access_token") for one in place.storage.requests]
    assert tokens == ["T", None]


async def test_no_more_than_five_redirects_are_followed(place: Place) -> None:
    error = await place.refusal("/loop")

    assert error.detail == "more than 5 redirects"


async def test_tls_is_not_given_up_on_the_way() -> None:
    line = Line(redirect="http://other.example/x")
    http = GuardedHttp(resolve=Names(chat_example=["1.1.1.1"]), transport=line)

    with pytest.raises(IntegrationError, match="without TLS"):
        await http.fetch("https://chat.example/x", limit_bytes=MB, seconds=1)


async def test_a_body_without_end_is_left_at_the_limit(listening: Place) -> None:
    error = await listening.refusal("/endless", limit_bytes=200_000)

    assert isinstance(error, TooLargeError)


async def test_a_file_that_is_told_to_be_too_large_is_not_read(place: Place) -> None:
    error = await place.refusal("/file", limit_bytes=3)

    assert isinstance(error, TooLargeError)


async def test_a_server_that_dribbles_is_left_in_time(listening: Place) -> None:
    error = await listening.refusal("/slow", seconds=0.2)

    assert error.detail == "not within 0.2 s"
    assert not error.permanent


async def test_a_packed_body_is_refused(place: Place) -> None:
    assert (await place.refusal("/packed")).detail == "the file comes packed"


async def test_what_may_come_later_is_told_from_what_never_will(place: Place) -> None:
    assert not (await place.refusal("/status/404")).permanent
    assert not (await place.refusal("/status/503")).permanent
    assert (await place.refusal("/status/403")).permanent
    assert (await place.refusal("/status/204")).permanent


async def test_a_host_that_is_unknown_may_be_known_later() -> None:
    with pytest.raises(IntegrationError, match="no address") as caught:
        await GuardedHttp(resolve=Names()).fetch("http://x.example/", limit_bytes=1, seconds=1)

    assert not caught.value.permanent


async def test_a_certificate_must_be_the_names_own(tmp_path: Path) -> None:
    trusted = certificate(tmp_path, "chat.example")
    names = Names(chat_example=["127.0.0.1"], other_example=["127.0.0.1"])
    http = GuardedHttp(resolve=names, allowed=("chat.example", "other.example"), trust=trusted)
    async with serve(Storage().app, certificate=tmp_path / "cert.pem") as url:
        port = httpx.URL(url).port
        good = await http.fetch(f"https://chat.example:{port}/file", limit_bytes=MB, seconds=5)
        with pytest.raises(IntegrationError) as caught:
            await http.fetch(f"https://other.example:{port}/file", limit_bytes=MB, seconds=5)
    await http.aclose()

    assert good.content == b"OggS"
    assert caught.value.detail == "ConnectError"


async def test_the_systems_resolver_knows_its_own_machine() -> None:
    assert "127.0.0.1" in await resolve("localhost", 80)


def test_the_operators_host_is_named_with_its_port() -> None:
    assert allowed_host("https://Chat.Example/app") == "chat.example:443"
    assert allowed_host("http://chat.example:3000") == "chat.example:3000"
    assert allowed_host("nothing") == ""


def certificate(folder: Path, name: str) -> ssl.SSLContext:
    """Write a key with a certificate for a name, and return who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    text = made.public_bytes(serialization.Encoding.PEM)
    (folder / "cert.pem").write_bytes(plain + text)
    return ssl.create_default_context(cadata=text.decode())
