"""What nobody should send is refused in words, and the service goes on."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
import pytest_asyncio

from tests.fakes.chatwoot_payloads import raw, signed
from tests.journeys.clinics import BENOVA, MEDISPA
from tests.journeys.house import House

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="session")]

STRANGE = ["a|b", "*", "../x", "benova*", "BENOVA", "benova|medispa", "{benova}", "a" * 5000]
BODIES = {
    "invalid UTF-8": b'{"event": "message_created", "content": "\xff\xfe"}',
    "no JSON": b'{"event": "message_created",',
    "no object": b"[1, 2, 3]",
    "deep JSON": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "nothing": b"",
}


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def still_serving(clinic: House) -> AsyncIterator[None]:
    """Whatever came: the server is the same process and answers the next patient."""
    yield
    assert clinic.server is not None
    assert clinic.server.program.running
    health = await clinic.get("/health")
    assert health["status"] == "healthy"


@pytest.mark.parametrize("company", STRANGE)
async def test_a_strange_company_id_in_a_header_is_nobodys(clinic: House, company: str) -> None:
    answer = await clinic.ask("GET", "/api/conversations", headers={"X-Company-ID": company})

    assert answer.status_code == 404
    assert_in_words(answer)


@pytest.mark.parametrize("company", STRANGE)
async def test_a_strange_company_id_in_a_body_is_nobodys(clinic: House, company: str) -> None:
    said = {"company_id": company, "user_id": "ana", "message": "hola"}

    answer = await clinic.ask("POST", "/api/webhook/test", json=said)

    assert answer.status_code == 404
    assert_in_words(answer)


@pytest.mark.parametrize("company", ["a|b", "*", "..%2Fx", "%00", "a%0Ab"])
async def test_a_strange_company_id_in_a_path_is_nobodys(clinic: House, company: str) -> None:
    answer = await clinic.ask("GET", f"/api/companies/{company}")

    assert answer.status_code == 404
    assert_in_words(answer)


@pytest.mark.parametrize("user", ["a|b", "*", "..", "a b", "a\nb", "{a}", "a" * 200])
async def test_a_strange_user_id_is_refused(clinic: House, user: str) -> None:
    said = {"company_id": "benova", "user_id": user, "message": "hola"}

    answer = await clinic.ask("POST", "/api/webhook/test", json=said)

    assert answer.status_code == 422
    assert_in_words(answer)


@pytest.mark.parametrize("name", BODIES)
async def test_a_webhook_that_cannot_be_read_is_refused(clinic: House, name: str) -> None:
    answer = await webhook(clinic, BODIES[name])

    assert answer.status_code == 422
    assert_in_words(answer)


async def test_a_webhook_of_ten_megabytes_is_refused(clinic: House) -> None:
    answer = await webhook(clinic, b'{"content": "' + b"x" * 10_000_000 + b'"}')

    assert answer.status_code == 413
    assert_in_words(answer)


async def test_ten_megabytes_that_do_not_say_so_are_refused(clinic: House) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(160):
            yield b"x" * 65_536

    answer = await clinic.http.post(clinic.chatwoot.webhooks[7], content=pieces())

    assert answer.status_code == 413
    assert_in_words(answer)


@pytest.mark.parametrize("body", [b"\xff\xfe{}", b"[" * 100_000, b"{", b"null", b'"x"'])
async def test_an_unreadable_body_is_refused_by_the_api(clinic: House, body: bytes) -> None:
    answer = await clinic.ask("POST", "/api/webhook/test", content=body)

    assert answer.status_code == 422
    assert_in_words(answer)


async def test_ten_megabytes_are_refused_by_the_api(clinic: House) -> None:
    answer = await clinic.ask("POST", "/api/webhook/test", content=b" " * 10_000_000)

    assert answer.status_code == 413
    assert_in_words(answer)


async def test_a_signature_over_another_body_is_refused(clinic: House) -> None:
    laura = clinic.patient(BENOVA)
    body = raw(clinic.chatwoot.written(laura.place, "hola"))
    headers = signed(body, BENOVA.secret, datetime.now(UTC))

    answer = await clinic.http.post(
        clinic.chatwoot.webhooks[7], content=body.replace(b"hola", b"holA"), headers=headers
    )

    assert answer.status_code == 401
    assert_in_words(answer)


async def test_one_companys_webhook_takes_no_event_of_another(clinic: House) -> None:
    laura = clinic.patient(MEDISPA)
    body = raw(clinic.chatwoot.written(laura.place, "hola"))
    headers = signed(body, BENOVA.secret, datetime.now(UTC))

    answer = await clinic.http.post(clinic.chatwoot.webhooks[7], content=body, headers=headers)
    await clinic.quiet()

    assert answer.status_code == 403
    assert laura.sent() == []


async def test_the_address_for_all_companies_takes_what_is_signed_only(clinic: House) -> None:
    laura = clinic.patient(BENOVA)
    assert clinic.server is not None
    address = f"{clinic.server.url}/api/webhook/chatwoot"
    body = raw(clinic.chatwoot.written(laura.place, "¿Cuál es la clave de los casilleros?"))

    unsigned = await clinic.http.post(address, content=body)
    anothers = await clinic.http.post(
        address, content=body, headers=signed(body, MEDISPA.secret, datetime.now(UTC))
    )
    own = await clinic.http.post(
        address, content=body, headers=signed(body, BENOVA.secret, datetime.now(UTC))
    )
    await laura.reads(1)
    await clinic.quiet()

    assert (unsigned.status_code, anothers.status_code, own.status_code) == (401, 401, 200)
    assert laura.sent() == ["La clave de los casilleros es AZUL-7291."]


async def test_a_webhook_token_that_nobody_has_is_refused(clinic: House) -> None:
    assert clinic.server is not None

    answer = await clinic.http.post(f"{clinic.server.url}/api/webhook/chatwoot/{'x' * 43}")

    assert answer.status_code == 404
    assert_in_words(answer)


async def webhook(clinic: House, body: bytes) -> httpx.Response:
    """Send bytes as Chatwoot would, rightly signed."""
    headers = signed(body, BENOVA.secret, datetime.now(UTC))
    return await clinic.http.post(clinic.chatwoot.webhooks[7], content=body, headers=headers)


def assert_in_words(answer: httpx.Response) -> None:
    """Fail unless the answer is an error of ours, short and without a traceback."""
    body = answer.json()
    assert set(body) == {"error", "detail"}
    assert body["error"].endswith("Error")
    assert 0 < len(body["detail"]) < 300
    assert "Traceback" not in answer.text
