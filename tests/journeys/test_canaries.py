"""What patients write and what is secret stands in no log, number, error, trail or report, at any level of the log."""

import httpx
import pytest

from tests.fakes.chatwoot_payloads import raw
from tests.journeys.clinics import BENOVA, DOWN, GARBLED
from tests.journeys.house import KEY, SECRET_KEY, House

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="session")]

WORDS = "zafiro-canario"
NAME = "Canaria Zafirina"
PHONE = "3015550199"
GUESS = "cd_guess-of-a-canary"
CANARIES = (WORDS, "Zafirina", PHONE, "+573015550199", GUESS)


async def patients_write(clinic: House) -> None:
    """Write to a company that works, to two whose models fail, and to one whose Chatwoot does."""
    text = f"Hola, soy {NAME}, mi celular es {PHONE} y mi secreto es {WORDS}"
    for one in (BENOVA, DOWN.clinic, GARBLED.clinic):
        await clinic.patient(one, name=NAME).hears(text)
    refused, busy = clinic.patient(BENOVA, name=NAME), clinic.patient(BENOVA, name=NAME)
    clinic.chatwoot.fail(refused.messages_path, "422", "422", "422")
    clinic.chatwoot.fail(busy.messages_path, "500")
    await refused.writes(text)
    await busy.hears(text)


async def callers_err(clinic: House, made: str) -> list[httpx.Response]:
    """Send what is wrong in every way; return the answers."""
    wrong = {"message": [WORDS], "user_id": {"name": NAME}, "company_id": "benova"}
    pdf = {"file": (f"{WORDS}.pdf", f"%PDF {WORDS}".encode(), "application/pdf")}
    benova = {"X-Company-ID": "benova"}
    assert clinic.server is not None
    url = f"{clinic.server.url}/api"
    appointment = {"slot_id": WORDS, "patient": {"name": NAME, "phone": WORDS}}
    return [
        await clinic.ask("POST", "/api/webhook/test", json=wrong),
        await clinic.ask("POST", "/api/webhook/test", content=f'{{"message": "{WORDS}'.encode()),
        await clinic.ask("POST", "/api/documents", files=pdf, headers=benova),
        await clinic.ask("POST", "/api/documents", data={"metadata": WORDS}, headers=benova),
        await clinic.ask("POST", "/api/documents/search", json={"query": 7, "filter": WORDS}, headers=benova),
        await clinic.ask("POST", "/api/appointments", json=appointment, headers=benova),
        await clinic.ask("GET", "/api/availability", params={"when": 9, "from": WORDS}, headers=benova),
        await clinic.ask("POST", "/api/companies/benova/keys", json={"name": [WORDS], "scope": made}),
        await clinic.ask("GET", "/api/companies/benova", headers={"X-API-Key": GUESS}),
        await clinic.http.get(f"{url}/companies", headers={"Authorization": f"Bearer {GUESS}"}),
        await clinic.http.post(f"{url}/webhook/chatwoot/{GUESS}", content=raw({"content": WORDS})),
        await clinic.http.post(f"{url}/webhook/chatwoot", content=raw({"content": WORDS})),
    ]  # fmt: skip


async def test_no_canary_gets_out(clinic: House) -> None:
    made = (await clinic.ask("POST", "/api/companies/benova/keys", json={"name": "x"})).json()
    address = (await clinic.get("/api/companies/benova"))["webhook_url"]

    await patients_write(clinic)
    errors = await callers_err(clinic, made["api_key"])
    await clinic.quiet()

    assert {one.status_code for one in errors} <= {400, 401, 404, 409, 415, 422}
    reports = [
        *(one.text for one in errors),
        *[
            (await clinic.ask("GET", path)).text
            for path in (
                "/health", "/metrics", "/api/health/companies", "/api/queue", "/api/audit", "/api/status",
                "/api/diagnostics", "/api/system/info", "/api/companies/benova/audit", "/api/companies/benova/keys",
            )
        ],
    ]  # fmt: skip
    assert clinic.server is not None
    log = clinic.server.program.output()
    secrets = (
        KEY, SECRET_KEY, made["api_key"], address.rsplit("/", 1)[1], BENOVA.bot_token, BENOVA.secret, "sk-journey",
    )  # fmt: skip
    happened = ("message_answered", "model_failed", "turn_parked", "turn_postponed")
    assert [one for one in happened if one not in log] == []
    assert [one for one in (*CANARIES, *secrets) if one in log] == []
    assert [one for one in (*CANARIES, *secrets) if one in "\n".join(reports)] == []
