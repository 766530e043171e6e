"""Conversations over REST: trying a company out, reading, forgetting, and the past acted out again."""

from tenants import keys
from tenants.ids import CompanyId, UserId
from tests.routes.conftest import Api

ANA = "/api/conversations/ana"
IN_BENOVA = "?company_id=benova"


async def test_a_tester_is_answered_in_the_same_request(api: Api) -> None:
    body = {"company_id": "benova", "user_id": "test_user", "message": "Hola"}

    answer = await api.send("POST", "/api/webhook/test", body)

    told = answer.json()
    assert told["status"] == "success"
    assert told["agent_used"] == "support"
    assert "Benova" in told["response"]
    assert told["model"] == "guided"


async def test_the_conversation_is_listed_and_can_be_read(api: Api) -> None:
    await api.say("¿cuánto cuesta el botox?")

    listed = (await api.get(f"/api/conversations{IN_BENOVA}")).json()
    read = (await api.get(ANA + IN_BENOVA)).json()

    assert listed["total"] == 1
    assert listed["conversations"][0]["user_id"] == "ana"
    assert listed["conversations"][0]["message_count"] == 2
    assert [one["role"] for one in read["messages"]] == ["user", "assistant"]
    assert read["messages"][0]["content"] == "¿cuánto cuesta el botox?"
    assert read["messages"][1]["agent"] == "sales"
    assert "890.000" in read["messages"][1]["content"]


async def test_who_waits_for_a_person_is_listed_until_the_emergency_is_closed(api: Api) -> None:
    await api.say("hola")
    await api.say("no puedo respirar")
    benova = api.parts.directory.find(CompanyId("benova"))
    await api.parts.waiting_room().enter(benova, UserId("ana"), "emergency")
    listed = f"/api/conversations{IN_BENOVA}&waiting=true"

    before = (await api.get(listed)).json()
    elsewhere = (await api.get("/api/conversations?company_id=medispa&waiting=true")).json()
    await api.send("DELETE", f"{ANA}/emergency{IN_BENOVA}")
    after = (await api.get(listed)).json()
    one = (await api.get(f"{ANA}{IN_BENOVA}")).json()

    (row,) = before["conversations"]
    assert (before["total"], row["user_id"], row["last_role"]) == (1, "ana", "assistant")
    assert (row["waiting"]["why"], row["emergency"]["group"]) == ("emergency", "breathing")
    assert (elsewhere["total"], elsewhere["waiting"], after["total"]) == (0, 0, 0)
    assert (one["emergency"], one["waiting"], one["chatwoot_url"]) == (None, None, None)


async def test_the_same_patient_of_another_company_is_somebody_else(api: Api) -> None:
    await api.say("me llamo Canario Azul", "benova")
    await api.say("hola", "medispa")

    other = await api.get(f"{ANA}?company_id=medispa")
    state = await api.get(f"{ANA}/state?company_id=medispa")

    assert "Canario" not in other.text
    assert "Canario" not in state.text
    assert (await api.get(f"{ANA}?company_id=dental")).status_code == 404


async def test_forgetting_a_patient_leaves_no_key(api: Api) -> None:
    await api.say("hola")
    await api.say("¿cuánto cuesta el botox?")
    newest = (await api.get(f"{ANA}/history{IN_BENOVA}")).json()["checkpoint_ids"][0]
    await api.send("POST", f"{ANA}/replay{IN_BENOVA}", {"checkpoint_id": newest})
    thread = keys.thread_id(CompanyId("benova"), UserId("ana"))

    deleted = await api.send("DELETE", ANA + IN_BENOVA)

    left = [one async for one in api.parts.redis.scan_iter("*")]
    assert deleted.json() == {"status": "success", "user_id": "ana", "messages_deleted": 4}
    assert [one for one in left if one.endswith(":ana") or thread in one] == []
    assert (await api.get(ANA + IN_BENOVA)).status_code == 404


async def test_history_is_paged_with_ids_first(api: Api) -> None:
    for text in ("hola", "¿dónde quedan?", "gracias"):
        await api.say(text)

    first = (await api.get(f"{ANA}/history{IN_BENOVA}&limit=2")).json()
    second = (await api.get(f"{ANA}/history{IN_BENOVA}&limit=2&before={first['before']}")).json()

    assert len(first["checkpoint_ids"]) == 2
    assert first["checkpoints"][0]["agent"] == "support"
    assert len(second["checkpoint_ids"]) == 1
    assert second["before"] is None


async def test_an_earlier_state_is_shown(api: Api) -> None:
    await api.say("hola")
    await api.say("¿cuánto cuesta el botox?")
    ids = (await api.get(f"{ANA}/history{IN_BENOVA}")).json()["checkpoint_ids"]

    state = (await api.get(f"{ANA}/state{IN_BENOVA}&checkpoint_id={ids[-1]}")).json()

    assert [one["role"] for one in state["messages"]] == ["user", "assistant"]
    assert state["agent"] == "support"


async def test_a_replay_changes_nothing_of_the_patients(api: Api) -> None:
    await api.say("hola")
    await api.say("¿cuánto cuesta el botox?")
    before = (await api.get(f"{ANA}/history{IN_BENOVA}")).json()

    run = await api.send(
        "POST", f"{ANA}/replay{IN_BENOVA}", {"checkpoint_id": before["checkpoint_ids"][0]}
    )

    assert "890.000" in run.json()["state"]["reply"]
    assert (await api.get(f"{ANA}/history{IN_BENOVA}")).json() == before
    assert len((await api.get(ANA + IN_BENOVA)).json()["messages"]) == 4


async def test_a_fork_asks_something_else(api: Api) -> None:
    await api.say("¿cuánto cuesta el botox?")
    newest = (await api.get(f"{ANA}/history{IN_BENOVA}")).json()["checkpoint_ids"][0]

    run = await api.send(
        "POST",
        f"{ANA}/fork{IN_BENOVA}",
        {"checkpoint_id": newest, "message": "¿dónde quedan?", "agent": "support"},
    )

    state = run.json()["state"]
    assert "Medellín" in state["reply"]
    assert state["agent"] == "support"
    assert state["values"]["route"]["reason"] == "fork"


async def test_a_replayed_booking_books_nothing(api: Api) -> None:
    said = ["quiero una cita para limpieza facial el lunes a las 10", "Ana Gómez", "3001234567"]
    for text in said:
        await api.say(text)
    booked = (await api.say("sí, confirmo")).json()
    newest = (await api.get(f"{ANA}/history{IN_BENOVA}")).json()["checkpoint_ids"][0]

    run = await api.send("POST", f"{ANA}/replay{IN_BENOVA}", {"checkpoint_id": newest})

    shown = (await api.say("¿qué citas tengo?")).json()["bot_response"]
    assert "book_appointment" in booked["tools_used"]
    assert run.status_code == 200
    assert "2." not in shown


async def test_an_unknown_checkpoint_is_404(api: Api) -> None:
    await api.say("hola")

    answer = await api.send(
        "POST",
        f"{ANA}/replay{IN_BENOVA}",
        {"checkpoint_id": "1f000000-0000-6000-8000-000000000000"},
    )

    assert answer.status_code == 404
    assert answer.json()["error"] == "UnknownCheckpointError"


async def test_resuming_what_does_not_wait_is_404(api: Api) -> None:
    await api.say("hola")

    answer = await api.send(
        "POST", f"{ANA}/resume{IN_BENOVA}", {"interrupt_id": "x", "value": "sí"}
    )

    assert answer.status_code == 404


async def test_an_emergency_is_open_until_a_person_closes_it(api: Api) -> None:
    alarm = (await api.say("no puedo respirar")).json()
    during = (await api.say("¿cuánto cuesta el botox?")).json()

    closed = await api.send("DELETE", f"{ANA}/emergency{IN_BENOVA}")

    after = (await api.say("¿cuánto cuesta el botox?")).json()
    assert alarm["agent_used"] == "emergency"
    assert "123" in alarm["bot_response"]
    assert during["agent_used"] == "emergency"
    assert "890.000" not in during["bot_response"]
    assert closed.status_code == 200
    assert after["agent_used"] == "sales"
    assert (await api.send("DELETE", f"{ANA}/emergency{IN_BENOVA}")).status_code == 404


async def test_an_empty_message_is_refused_by_field(api: Api) -> None:
    answer = await api.say("")

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("message:")
