"""No emergency waits, is lost, or is lowered."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from graph.replies import Reply, Turn
from tenants.tenant import EmergencyPlan, InboxManners
from tests.fakes.chatwoot_payloads import AGENT
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, HERE, LAURA, House, reply_to, said

BLIND = "desde el relleno no veo por un ojo"
TEXT = "vision: llame al 123"


def emergency_desk(turn: Turn) -> Reply:
    """Answer danger as the graph does."""
    if "no veo" in said(turn):
        return reply_to(turn, "AL 123 YA", agent="emergency", red_flag="vision", acted=True)
    return reply_to(turn, f"eco: {said(turn)}")


async def test_an_emergency_does_not_wait_for_the_burst_to_end(
    house: House, writes: Writing
) -> None:
    house.companies.change(BENOVA, inbox=InboxManners(burst_seconds=10, burst_limit_seconds=30))
    house.desk.script = emergency_desk
    await writes(BLIND)

    await asyncio.wait_for(house.answer(), 2)

    assert house.chatwoot.sent() == ["AL 123 YA"]


async def test_an_emergency_ends_the_wait_of_a_burst(house: House, writes: Writing) -> None:
    house.companies.change(BENOVA, inbox=InboxManners(burst_seconds=10, burst_limit_seconds=30))
    house.desk.script = emergency_desk
    await writes("Hola")

    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.wait_for(house.answer(), 3))
        await asyncio.sleep(0.1)
        await writes(BLIND)

    assert house.chatwoot.sent() == ["AL 123 YA"]


async def test_an_emergency_interrupts_a_turn_that_is_being_thought_through(
    house: House, writes: Writing
) -> None:
    house.desk.script = emergency_desk
    house.desk.thinking = 0.2
    house.desk.gate = asyncio.Event()
    await writes("¿precio del botox?")

    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.wait_for(house.answer(), 5))
        await house.desk.entered.wait()
        await writes(BLIND)
        while not house.desk.withdrawn:
            await asyncio.sleep(0.01)
        house.desk.gate.set()

    assert house.chatwoot.sent() == ["AL 123 YA"]
    assert said(house.desk.turns[-1]) == f"¿precio del botox? | {BLIND}"


async def test_an_emergency_is_handed_over_paged_and_marked(house: House, writes: Writing) -> None:
    house.desk.script = emergency_desk
    house.chatwoot.kept[7, 101].labels.append("vip")
    await writes(BLIND)

    await house.answer()

    kept = house.chatwoot.kept[7, 101]
    assert house.pages.groups == ["benova:101:vision"]
    assert kept.place.status == "open"
    assert kept.priority == "urgent"
    assert kept.labels == ["vip", "emergencia"]
    assert kept.team == 90
    assert "POSIBLE EMERGENCIA (vision)" in house.chatwoot.notes()[0]
    assert await house.emergencies.is_open(BENOVA, LAURA)


async def test_a_graph_that_hangs_does_not_delay_an_emergency(
    house: House, writes: Writing
) -> None:
    house.desk.gate = asyncio.Event()
    await writes(BLIND)

    await asyncio.wait_for(house.answer(), 5)

    assert house.chatwoot.sent() == [TEXT]
    assert house.chatwoot.kept[7, 101].place.status == "open"


async def test_a_graph_that_fails_does_not_swallow_an_emergency(
    house: House, writes: Writing
) -> None:
    house.desk.script = lambda turn: reply_to(turn, "", wrong_field=1)
    await writes(BLIND)

    await house.answer()

    assert house.chatwoot.sent() == [TEXT]


async def test_nobody_lowers_an_alarm(house: House, writes: Writing) -> None:
    house.desk.script = lambda turn: reply_to(turn, "¡Qué pena! ¿Le agendo una cita?")
    await writes(BLIND)

    await house.answer()

    assert house.chatwoot.sent() == [TEXT]


async def test_an_alarm_split_over_two_messages_is_seen(house: House, writes: Writing) -> None:
    await writes("desde ayer no")
    await writes("veo bien")

    await house.answer()

    assert house.chatwoot.sent() == [TEXT]


async def test_an_alarm_begun_in_one_burst_and_ended_in_the_next_is_seen(
    house: House, writes: Writing
) -> None:
    await writes("desde ayer no")
    await house.answer()

    await writes("veo bien")
    await house.answer()

    assert house.chatwoot.sent() == ["eco: desde ayer no", TEXT]


async def test_what_was_danger_before_is_no_new_alarm(house: House, writes: Writing) -> None:
    await writes(BLIND)
    await house.answer()
    told = len(house.pages.groups)

    await writes("gracias, voy para allá")
    await house.answer()

    assert len(house.pages.groups) == told


async def test_words_of_an_hour_ago_are_not_read_with_these(house: House, writes: Writing) -> None:
    await writes("esta semana no", written=house.clock() - timedelta(hours=1))
    await house.answer()

    await writes("veo bien sus fotos", written=house.clock())
    await house.answer()

    assert TEXT not in house.chatwoot.sent()


def dental_desk(turn: Turn) -> Reply:
    """Answer a toothache as the graph does while it is new, and then go on."""
    if "muela" in said(turn) and "cita" not in said(turn):
        urgent = {"red_flag": "toothache", "red_flag_level": "urgent"}
        return reply_to(turn, "URGENTE", agent="emergency", acted=True, **urgent)
    return reply_to(turn, "Hay hora a las 9")


async def test_with_something_urgent_people_are_told_and_the_conversation_stays_ours(
    house: House, writes: Writing
) -> None:
    house.companies.change(BENOVA, emergency=EmergencyPlan(agents_go_on=("toothache",), team_id=90))
    house.desk.script = dental_desk
    await writes("me muero de la muela")
    await house.answer()

    await writes("me muero de la muela, ¿me da cita?")
    await house.answer()

    kept = house.chatwoot.kept[7, 101]
    assert house.chatwoot.sent() == ["URGENTE", "Hay hora a las 9"]
    assert house.pages.groups == ["benova:101:toothache"]
    assert (kept.place.status, kept.priority, kept.team) == ("pending", "urgent", 90)
    assert kept.labels == ["emergencia"]
    assert len(house.chatwoot.notes()) == 1


async def test_with_something_urgent_that_gets_worse_the_conversation_is_handed_over(
    house: House, writes: Writing
) -> None:
    house.companies.change(BENOVA, emergency=EmergencyPlan(agents_go_on=("toothache",)))
    house.desk.script = dental_desk
    await writes("me muero de la muela")
    await house.answer()

    await writes("y ahora no veo")
    await house.answer()

    assert house.chatwoot.sent() == ["URGENTE", TEXT]
    assert house.chatwoot.kept[7, 101].place.status == "open"


async def test_danger_in_the_middle_of_a_very_long_message_is_seen(
    house: House, writes: Writing
) -> None:
    story = "Les cuento mi historia. " * 400
    await writes(f"{story}{BLIND}. {story}")

    await house.answer()

    assert house.chatwoot.sent() == [TEXT]


async def test_an_emergency_where_a_person_is_assigned_is_answered_and_marked(
    house: House, writes: Writing
) -> None:
    kept = house.chatwoot.kept[7, 101]
    kept.place = replace(HERE, status="open", assignee=AGENT, assignee_type="User")
    await writes(BLIND)

    await house.answer()

    assert house.chatwoot.sent() == [TEXT]
    assert house.pages.groups == ["benova:101:vision"]
    assert kept.priority == "urgent"
    assert kept.labels == ["emergencia"]
    assert kept.team is None
    assert "POST /conversations/101/toggle_status" not in house.chatwoot.paths()


async def test_an_emergency_is_left_to_a_person_who_has_just_written(
    house: House, writes: Writing
) -> None:
    kept = house.chatwoot.kept[7, 101]
    kept.place = replace(HERE, status="open", assignee=AGENT, assignee_type="User")
    await house.status.pause(BENOVA, 101, by="human", at=house.clock().timestamp() - 60)  # type: ignore[arg-type] # A number is an id here.
    await writes(BLIND)

    await house.answer()

    assert house.chatwoot.sent() == []
    assert house.pages.groups == ["benova:101:vision"]
    assert len(house.chatwoot.notes()) == 1


async def test_a_patient_in_danger_is_not_told_the_same_over_and_over(
    house: House, writes: Writing
) -> None:
    house.chatwoot.kept[7, 101].place = replace(HERE, status="open")
    await writes(BLIND)
    await house.answer()
    await writes("no veo nada!!")
    await house.answer()

    house.clock.forward(400)
    await writes("sigo igual, no veo")
    await house.answer()

    assert house.chatwoot.sent() == [TEXT, TEXT]
    assert len(house.chatwoot.notes()) == 3


async def test_another_danger_is_told_at_once(house: House, writes: Writing) -> None:
    house.chatwoot.kept[7, 101].place = replace(HERE, status="open")
    await writes(BLIND)
    await house.answer()

    await writes("y no puedo respirar")
    await house.answer()

    assert house.chatwoot.sent() == [TEXT, "breathing: llame al 123"]


async def test_an_emergency_overtakes_a_reply_that_chatwoot_would_not_take(
    house: House, writes: Writing
) -> None:
    house.desk.script = emergency_desk
    house.chatwoot.fail("POST /conversations/101/messages", "500")
    await writes("¿precio?")
    await house.answer()

    await writes(BLIND)
    await house.answer()

    assert house.chatwoot.sent() == ["AL 123 YA"]
    assert await house.waiting() == 0


async def test_what_was_done_is_still_said_after_the_emergency(
    house: House, writes: Writing
) -> None:
    house.desk.script = lambda turn: (
        emergency_desk(turn)
        if "no veo" in said(turn)
        else reply_to(turn, "Su cita quedó para el lunes", acted=True)
    )
    house.chatwoot.fail("POST /conversations/101/messages", "500")
    await writes("confirmo la cita")
    await house.answer()

    await writes(BLIND)
    await house.answer()

    assert house.chatwoot.sent() == ["AL 123 YA", "Su cita quedó para el lunes"]


async def test_the_hand_over_of_an_emergency_is_tried_until_it_is_done(
    house: House, writes: Writing
) -> None:
    house.desk.script = emergency_desk
    house.chatwoot.fail("toggle_status", "500", "500", "500", "500", "500", "500", "500", "500")
    await writes(BLIND)

    for _ in range(9):
        await house.answer()
        house.clock.forward(60)

    assert house.chatwoot.kept[7, 101].place.status == "open"
    assert house.chatwoot.sent() == ["AL 123 YA"]
    assert len(house.chatwoot.notes()) == 1
    assert house.pages.groups == ["benova:101:vision"]
    assert await house.waiting() == 0


async def test_people_are_called_even_when_the_patient_cannot_be_told(
    house: House, writes: Writing
) -> None:
    house.desk.script = emergency_desk
    house.chatwoot.fail("POST /conversations/101/messages", "422")
    await writes(BLIND)

    await house.answer()

    assert house.chatwoot.sent() == []
    assert house.chatwoot.kept[7, 101].place.status == "open"
    assert len(house.chatwoot.notes()) == 1
