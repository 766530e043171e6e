"""A patient's rights: everything is handed out, and everything goes."""

import hashlib
import json
from collections.abc import Callable

from redis import Redis

from tenants.ids import CompanyId, ConversationId, UserId
from tests.routes.conftest import BENOVA, MEDISPA, Api

USER, NAME, PHONE = "zoraida-7731", "Zoraida Canario", "+573001234987"
CANARIES = (USER, "Zoraida", "3001234987", "vi canarios en el", "Fulgencio")


def everything_in(redis_url: str) -> str:
    """Return every key with its whole value, as one text; documents of the company's own aside."""
    own = (b":original:", b":chunk:", b":document:")
    with Redis.from_url(redis_url) as redis:
        reads: dict[bytes, Callable[[bytes], object]] = {
            b"string": redis.get,
            b"set": redis.smembers,
            b"hash": redis.hgetall,
            b"stream": redis.xrange,
            b"list": lambda key: redis.lrange(key, 0, -1),
            b"zset": lambda key: redis.zrange(key, 0, -1),
        }
        kept = [key for key in redis.scan_iter() if not any(one in key for one in own)]
        return "\n".join(f"{key!r} {reads[redis.type(key)](key)!r}" for key in kept)


async def a_rich_past(api: Api) -> None:
    await api.say("hola, soy Zoraida Canario y vi canarios en el jardín", user=USER)
    await api.say("¿cuánto cuesta el botox?", user=USER)
    benova = api.parts.directory.find(CompanyId("benova"))
    await api.parts.knowledge.gaps.note(benova, "¿cosen al loro Fulgencio?", UserId(USER))
    await api.say("no puedo respirar", user=USER)
    pages = api.parts.paging.pages
    for turn in ("12-1-1", "12-2-1"):
        page = pages.new(CompanyId("benova"), UserId(USER), ConversationId(12), "breathing")
        assert await pages.open(page, turn, due=page.opened_at)
        await pages.change(CompanyId("benova"), UserId(USER), "acknowledged", by="key 1")
    slots = await api.get("/api/availability?company_id=benova&treatment=valoracion&limit=2")
    booking = {
        "user_id": USER,
        "slot_id": slots.json()["slots"][0]["slot_id"],
        "patient": {"name": NAME, "phone": PHONE},
    }
    booked = await api.http.post(
        "/api/appointments?company_id=benova",
        json=booking,
        headers={"X-API-Key": BENOVA, "Idempotency-Key": "first"},
    )
    assert booked.status_code == 201, booked.text
    told = {"text": "Acepto, dice Zoraida", "how": "on paper"}
    await api.send("POST", f"/api/companies/benova/patients/{USER}/consents", told)


async def test_nothing_of_an_erased_patient_is_left_in_any_store(api: Api, redis_url: str) -> None:
    await a_rich_past(api)
    before = everything_in(redis_url)

    answer = await api.send("POST", "/api/companies/benova/erase", {"user_id": USER}, BENOVA)

    after = everything_in(redis_url)
    assert answer.status_code == 200
    assert answer.json()["complete"] is True
    assert [one for one in CANARIES if one not in before] == []
    assert [one for one in CANARIES if one in after] == []


async def test_a_certificate_says_what_went_and_can_be_checked(api: Api) -> None:
    await a_rich_past(api)

    answer = await api.send("POST", "/api/companies/benova/erase", {"user_id": USER})

    told = answer.json()
    digest = told.pop("sha256")
    whole = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(whole.encode()).hexdigest() == digest
    assert told["subject"] == hashlib.sha256(f"benova/{USER}".encode()).hexdigest()
    assert told["removed"]["conversation lines"] == 6
    assert told["removed"]["appointments cancelled"] == 1
    assert told["removed"]["questions without an answer"] == 1
    assert USER not in answer.text


async def test_an_export_holds_all_that_a_patient_gave(api: Api) -> None:
    await a_rich_past(api)

    told = (await api.get(f"/api/companies/benova/patients/{USER}/export", BENOVA)).json()

    assert [one["role"] for one in told["messages"]] == ["user", "assistant"] * 3
    assert [one["patient"]["phone"] for one in told["appointments"]] == [PHONE]
    assert [one["how"] for one in told["consents"]] == ["on paper"]
    assert [one["group"] for one in told["open_emergency"]] == ["breathing"]
    assert told["questions_without_answer"] == ["¿cosen al loro Fulgencio?"]


async def test_the_patient_of_another_company_stays(api: Api) -> None:
    await api.say("hola, quiero información", company="medispa", user=USER)
    await a_rich_past(api)

    await api.send("POST", "/api/companies/benova/erase", {"user_id": USER})
    refused = await api.send("POST", "/api/companies/benova/erase", {"user_id": USER}, MEDISPA)

    kept = await api.get(f"/api/conversations/{USER}?company_id=medispa")
    assert refused.status_code == 404
    assert kept.json()["total_messages"] == 2
