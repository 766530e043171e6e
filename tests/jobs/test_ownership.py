"""The bot speaks while a conversation is its own, and not a word longer."""

import asyncio
from dataclasses import replace

import pytest

from integrations.chatwoot_events import Ownership
from jobs.ownership import Standing
from tenants.ids import ConversationId
from tests.fakes.chatwoot_payloads import AGENT, BOT, conversation_event, message
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, HERE, House, reply_to, said

CONVERSATION = ConversationId(101)


@pytest.mark.parametrize(
    ("standing", "seen", "ours"),
    [
        (Standing(), Ownership(), True),
        (Standing(), Ownership(status="pending", at=1), True),
        (Standing(), Ownership(status="open", at=1), False),
        (Standing(), Ownership(status="resolved", at=1), False),
        (Standing(), Ownership(status="snoozed", at=1), False),
        (Standing(), Ownership(status="pending", human=True, at=1), False),
        (Standing(paused_by="operator"), Ownership(status="pending", at=1), False),
        (Standing(ownership=Ownership(status="open", at=5)), Ownership(status="pending", at=1), False),
        (Standing(ownership=Ownership(status="open", at=5)), Ownership(status="pending", at=9), True),
        (Standing(ownership=Ownership(status="pending", at=5)), Ownership(status="open", at=9), False),
    ],
)  # fmt: skip
def test_who_owns_a_conversation(standing: Standing, seen: Ownership, *, ours: bool) -> None:
    assert standing.ours(seen) is ours


@pytest.mark.parametrize("status", ["open", "snoozed", "resolved"])
async def test_the_bot_is_silent_where_it_was_not_asked(
    house: House, writes: Writing, status: str
) -> None:
    house.chatwoot.kept[7, 101].place = replace(HERE, status=status)
    await writes("Hola")

    await house.answer()

    assert house.chatwoot.sent() == []
    assert house.desk.turns == []
    assert await house.waiting() == 0
    assert house.desk.remembered == [("9001", "user", "Hola")]
    assert house.transcript.of(BENOVA) == [("user", "Hola")]


async def test_a_person_who_writes_takes_over_and_the_conversation_is_opened(
    house: House, writes: Writing
) -> None:
    taken = await writes.take(
        message(HERE, number=9400, content="Hola Laura", kind="outgoing", sender=AGENT)
    )
    await house.open_conversation.run(BENOVA, CONVERSATION)
    await writes("¿me escucha?")
    await house.answer()

    assert taken.reason == "human_took_over"
    assert house.chatwoot.kept[7, 101].place.status == "open"
    assert house.chatwoot.sent() == []


async def test_a_person_who_writes_in_the_channels_own_app_takes_over(
    house: House, writes: Writing
) -> None:
    echo = message(
        HERE, number=9400, content="Te llamo ya", kind="outgoing",
        attributes={"external_echo": True},
    )  # fmt: skip

    await writes.take(echo)

    assert (await house.status.of(BENOVA, CONVERSATION)).paused_by == "human"


@pytest.mark.parametrize(
    "body",
    [
        message(HERE, number=9400, content="Bienvenida", kind="template"),
        message(HERE, number=9400, content="nota", kind="outgoing", sender=AGENT, private=True),
        message(HERE, number=9400, content="otro bot", kind="outgoing", sender=BOT),
        message(HERE, number=9400, content="regla", kind="outgoing", attributes={"automation_rule_id": 3}),
        message(HERE, number=9400, content="campaña", kind="outgoing", sender=AGENT, additional={"campaign_id": 3}),
        message(HERE, number=9400, content="capitán", kind="outgoing", sender={"id": 1, "type": "captain_assistant"}),
    ],
    ids=["template", "note", "other bot", "automation", "campaign", "captain"],
)  # fmt: skip
async def test_what_no_person_wrote_takes_nothing_over(
    house: House, writes: Writing, body: dict[str, object]
) -> None:
    await writes.take(body)
    await writes("Hola")
    await house.answer()

    assert house.chatwoot.sent() == ["eco: Hola"]


async def test_a_person_who_takes_over_while_we_think_is_not_talked_over(
    house: House, writes: Writing
) -> None:
    house.desk.gate = asyncio.Event()
    await writes("Hola")

    async with asyncio.TaskGroup() as group:
        group.create_task(house.answer())
        await house.desk.entered.wait()
        house.chatwoot.set_status(7, 101, "open")
        house.desk.gate.set()

    assert house.chatwoot.sent() == []
    assert house.chatwoot.notes() == []
    assert house.desk.withdrawn == [house.desk.turns[0].turn_id]
    assert house.transcript.of(BENOVA) == [("user", "Hola")]


async def test_a_person_who_takes_over_learns_what_was_booked_meanwhile(
    house: House, writes: Writing
) -> None:
    house.desk.gate = asyncio.Event()
    house.desk.script = lambda turn: reply_to(turn, "Su cita es el lunes a las 3", acted=True)
    await writes("confirmo")

    async with asyncio.TaskGroup() as group:
        group.create_task(house.answer())
        await house.desk.entered.wait()
        house.chatwoot.set_status(7, 101, "open")
        house.desk.gate.set()

    assert house.chatwoot.sent() == []
    assert "Su cita es el lunes a las 3" in house.chatwoot.notes()[0]


async def test_where_bots_may_not_look_what_webhooks_told_decides(
    house: House, writes: Writing
) -> None:
    house.chatwoot.shows_to_bots = False
    house.desk.gate = asyncio.Event()
    await writes("Hola")
    opened = conversation_event(
        replace(HERE, status="open", updated_at=HERE.updated_at + 5), "conversation_opened"
    )

    async with asyncio.TaskGroup() as group:
        group.create_task(house.answer())
        await house.desk.entered.wait()
        await writes.take(opened)
        house.desk.gate.set()

    assert house.chatwoot.sent() == []


async def test_a_person_who_sets_pending_gives_the_conversation_back(
    house: House, writes: Writing
) -> None:
    await writes.take(message(HERE, number=9400, content="Hola", kind="outgoing", sender=AGENT))
    back = replace(HERE, updated_at=HERE.updated_at + 60)

    await writes.take(conversation_event(back, "conversation_status_changed"))
    await writes("Hola")
    await house.answer()

    assert house.chatwoot.sent() == ["eco: Hola"]


async def test_noise_after_a_person_wrote_gives_nothing_back(house: House, writes: Writing) -> None:
    await writes.take(message(HERE, number=9400, content="Hola", kind="outgoing", sender=AGENT))
    noise = replace(HERE, updated_at=HERE.updated_at + 60)

    await writes.take(conversation_event(noise, "conversation_updated", [{"waiting_since": {}}]))
    await writes("Hola")
    await house.answer()

    assert house.chatwoot.sent() == []


async def test_a_status_that_comes_late_gives_nothing_back(house: House, writes: Writing) -> None:
    await writes.take(message(HERE, number=9400, content="Hola", kind="outgoing", sender=AGENT))
    late = replace(HERE, updated_at=HERE.updated_at - 60)

    await writes.take(conversation_event(late, "conversation_status_changed"))

    assert (await house.status.of(BENOVA, CONVERSATION)).paused_by == "human"


async def test_a_persons_message_that_comes_after_the_giving_back_silences_nobody(
    house: House, writes: Writing
) -> None:
    back = replace(HERE, updated_at=HERE.updated_at + 60)
    await writes.take(conversation_event(back, "conversation_status_changed"))

    await writes.take(message(HERE, number=9400, content="Hola", kind="outgoing", sender=AGENT))
    await writes("Hola")
    await house.answer()

    assert house.chatwoot.sent() == ["eco: Hola"]


async def test_without_status_events_the_change_itself_gives_back(
    house: House, writes: Writing
) -> None:
    await writes.take(message(HERE, number=9400, content="Hola", kind="outgoing", sender=AGENT))
    opened = replace(HERE, status="open", updated_at=HERE.updated_at + 10)
    await writes.take(conversation_event(opened, "conversation_updated"))
    house.chatwoot.kept[7, 101].place = replace(HERE, updated_at=HERE.updated_at + 20)

    await writes("Hola")
    await house.answer()

    assert house.chatwoot.sent() == ["eco: Hola"]


async def test_an_operator_pauses_and_resumes(house: House, writes: Writing) -> None:
    await house.status.pause(BENOVA, CONVERSATION)
    await writes("¿hola?")
    await house.answer()

    await house.status.resume(BENOVA, CONVERSATION)
    await writes("¿y ahora?")
    await house.answer()

    assert house.chatwoot.sent() == ["eco: ¿y ahora?"]


async def test_an_operators_pause_outlives_what_people_do_in_chatwoot(
    house: House, writes: Writing
) -> None:
    await house.status.pause(BENOVA, CONVERSATION)
    await writes.take(message(HERE, number=9400, content="Hola", kind="outgoing", sender=AGENT))
    back = replace(HERE, updated_at=HERE.updated_at + 6000)

    await writes.take(conversation_event(back, "conversation_status_changed"))

    assert (await house.status.of(BENOVA, CONVERSATION)).paused_by == "operator"


async def test_one_companys_pause_is_not_the_others(house: House, writes: Writing) -> None:
    await house.status.pause(BENOVA, CONVERSATION)

    await writes("Hola", replace(HERE, account=8))
    await house.answer("medispa")  # type: ignore[arg-type] # Its id.

    assert house.chatwoot.sent(8) == ["eco: Hola"]


async def test_a_person_who_resolves_closes_the_emergency(house: House, writes: Writing) -> None:
    house.desk.script = lambda turn: reply_to(turn, said(turn), red_flag="vision")
    await writes("no veo")
    await house.answer()
    resolved = replace(HERE, status="resolved", updated_at=house.clock().timestamp() + 60)

    await writes.take(conversation_event(resolved, "conversation_status_changed"))

    assert not await house.emergencies.is_open(BENOVA, "418")  # type: ignore[arg-type] # Her id.
