"""A patient's messages become one answer, in the right conversation, whatever comes in between."""

import asyncio
from dataclasses import replace

from tenants.tenant import InboxManners
from tests.fakes.chatwoot_payloads import conversation_event, message
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, HERE, LAURA, MEDISPA, THERE, House, reply_to, said


async def test_a_message_gets_one_answer_in_its_conversation(house: House, writes: Writing) -> None:
    await writes("Hola")

    await house.answer()

    assert house.chatwoot.sent() == ["eco: Hola"]
    assert await house.waiting() == 0
    assert house.transcript.of(BENOVA) == [("user", "Hola"), ("assistant", "eco: Hola")]


async def test_the_same_delivery_three_times_is_answered_once(
    house: House, writes: Writing
) -> None:
    body = house.chatwoot.written(HERE, "Hola")

    taken = [await writes.take(body) for _ in range(3)]
    await house.answer()
    again = await writes.take(body)
    await house.answer()

    assert [one.status for one in taken] == ["accepted", "ignored", "ignored"]
    assert again.reason == "duplicate"
    assert house.chatwoot.sent() == ["eco: Hola"]


async def test_swapped_deliveries_are_answered_in_the_order_of_writing(
    house: House, writes: Writing
) -> None:
    first = house.chatwoot.written(HERE, "quiero")
    second = house.chatwoot.written(HERE, "botox")

    await writes.take(second)
    await writes.take(first)
    await house.answer()

    assert house.chatwoot.sent() == ["eco: quiero | botox"]


async def test_a_delivery_that_comes_late_gets_an_answer_of_its_own(
    house: House, writes: Writing
) -> None:
    first = house.chatwoot.written(HERE, "quiero")
    second = house.chatwoot.written(HERE, "botox")
    await writes.take(second)
    await house.answer()

    await writes.take(first)
    await house.answer()

    assert house.chatwoot.sent() == ["eco: botox", "eco: quiero"]


async def test_a_burst_is_answered_as_one(house: House, writes: Writing) -> None:
    house.companies.change(BENOVA, inbox=InboxManners(burst_seconds=0.2, burst_limit_seconds=5))
    await writes("Hola")

    async with asyncio.TaskGroup() as group:
        group.create_task(house.answer())
        await asyncio.sleep(0.1)
        await writes("¿cuánto vale el botox?")
        await asyncio.sleep(0.1)
        await writes("gracias")

    assert house.chatwoot.sent() == ["eco: Hola | ¿cuánto vale el botox? | gracias"]


async def test_a_patient_who_never_pauses_is_answered_at_the_limit(
    house: House, writes: Writing
) -> None:
    house.companies.change(BENOVA, inbox=InboxManners(burst_seconds=5, burst_limit_seconds=0.3))
    await writes("Hola")

    await asyncio.wait_for(house.answer(), 2)

    assert house.chatwoot.sent() == ["eco: Hola"]


async def test_a_message_that_comes_while_we_think_is_answered_together(
    house: House, writes: Writing
) -> None:
    house.desk.thinking = 0.2
    await writes("Hola")

    async with asyncio.TaskGroup() as group:
        group.create_task(house.answer())
        await house.desk.entered.wait()
        await writes("¿hay cita mañana?")

    assert house.chatwoot.sent() == ["eco: Hola | ¿hay cita mañana?"]
    assert house.desk.withdrawn == [house.desk.turns[0].turn_id]


async def test_what_was_done_is_said_before_the_next_message_is_answered(
    house: House, writes: Writing
) -> None:
    house.desk.thinking = 0.2
    house.desk.script = lambda turn: reply_to(turn, f"reservado: {said(turn)}", acted=True)
    await writes("sí, confirmo")

    async with asyncio.TaskGroup() as group:
        group.create_task(house.answer())
        await house.desk.entered.wait()
        await writes("gracias")

    assert house.chatwoot.sent() == ["reservado: sí, confirmo", "reservado: gracias"]
    assert house.desk.withdrawn == []


async def test_a_draft_is_superseded_twice_at_most(house: House, writes: Writing) -> None:
    await writes("uno")

    async def interrupting() -> None:
        for number in range(4):
            while len(house.desk.turns) <= number < 3:
                await asyncio.sleep(0.01)
            await writes(f"y {number}")

    house.desk.thinking = 0.15
    async with asyncio.TaskGroup() as group:
        group.create_task(house.answer())
        group.create_task(interrupting())

    assert len(house.desk.withdrawn) == 2
    assert len(house.chatwoot.sent()) == 2


async def test_a_second_worker_leaves_a_patient_to_the_first(house: House, writes: Writing) -> None:
    house.desk.thinking = 0.1
    await writes("Hola")

    await asyncio.gather(house.answer(), house.answer(), house.answer())

    assert house.chatwoot.sent() == ["eco: Hola"]


async def test_two_companies_with_the_same_ids_never_mix(house: House, writes: Writing) -> None:
    await writes("soy de benova", HERE)
    await writes("soy de medispa", THERE)

    await asyncio.gather(house.answer(BENOVA), house.answer(MEDISPA))

    assert house.chatwoot.sent(7) == ["eco: soy de benova"]
    assert house.chatwoot.sent(8) == ["eco: soy de medispa"]
    assert {turn.context.company_id for turn in house.desk.turns} == {"benova", "medispa"}
    assert house.transcript.of(MEDISPA)[0] == ("user", "soy de medispa")


async def test_two_conversations_of_one_patient_are_answered_apart(
    house: House, writes: Writing
) -> None:
    other = replace(HERE, conversation=202, channel="Channel::WebWidget")
    await writes("por whatsapp", HERE)
    await writes("por la web", other)

    await house.answer()

    assert house.chatwoot.sent(7, 101) == ["eco: por whatsapp"]
    assert house.chatwoot.sent(7, 202) == ["eco: por la web"]


async def test_a_pressed_button_is_answered_without_waiting(house: House, writes: Writing) -> None:
    house.companies.change(BENOVA, inbox=InboxManners(burst_seconds=5, burst_limit_seconds=20))
    body = message(
        replace(HERE, channel="Channel::WebWidget"),
        number=9500,
        content="Elija",
        kind="outgoing",
        event="message_updated",
        content_type="input_select",
        attributes={
            "items": [{"title": "10:00", "value": "s1"}, {"title": "11:00", "value": "s2"}],
            "submitted_values": [{"title": "11:00", "value": "s2"}],
        },
    )

    taken = await writes.take(body)
    again = await writes.take(body)
    await asyncio.wait_for(house.answer(), 2)

    assert (taken.status, again.status) == ("accepted", "ignored")
    assert house.chatwoot.sent() == ["eco: 11:00"]


async def test_another_choice_on_the_same_buttons_is_another_turn(
    house: House, writes: Writing
) -> None:
    def chosen(title: str) -> dict[str, object]:
        return message(
            replace(HERE, channel="Channel::WebWidget"), number=9500, content="Elija",
            kind="outgoing", event="message_updated", content_type="input_select",
            attributes={"submitted_values": [{"title": title, "value": title}]},
        )  # fmt: skip

    await writes.take(chosen("10:00"))
    await house.answer()
    await writes.take(chosen("11:00"))
    await house.answer()

    assert house.chatwoot.sent() == ["eco: 10:00", "eco: 11:00"]


async def test_a_voice_note_is_never_met_with_silence(house: House, writes: Writing) -> None:
    from tests.fakes.chatwoot_payloads import attachment

    await writes(None, attachments=[attachment(1, "audio")])

    await house.answer()

    assert len(house.chatwoot.sent()) == 1
    assert "todavía no puedo escucharla" in house.chatwoot.sent()[0]
    assert "123" in house.chatwoot.sent()[0]
    assert house.desk.turns == []
    assert house.desk.remembered[0][1:] == ("user", "[nota de voz]")


async def test_words_with_a_picture_are_answered_and_the_picture_is_owned_up_to(
    house: House, writes: Writing
) -> None:
    from tests.fakes.chatwoot_payloads import attachment

    await writes("¿así está bien?", attachments=[attachment(1, "image")])

    await house.answer()

    assert house.chatwoot.sent()[0].startswith("eco: ¿así está bien?")
    assert "todavía no puedo verla" in house.chatwoot.sent()[0]


async def test_a_transcribed_voice_note_is_answered_as_words(house: House, writes: Writing) -> None:
    from tests.fakes.chatwoot_payloads import attachment

    await writes(None, attachments=[attachment(1, "audio", transcribed_text="quiero una cita")])

    await house.answer()

    assert house.chatwoot.sent() == ["eco: quiero una cita"]


async def test_a_front_desk_that_fails_twice_and_recovers_answers_once(
    house: House, writes: Writing
) -> None:
    failures = iter([RuntimeError("one"), RuntimeError("two")])

    def script(turn: object) -> object:
        for failure in failures:
            raise failure
        return reply_to(turn, "aquí estoy")  # type: ignore[arg-type] # A turn.

    house.desk.script = script  # type: ignore[assignment] # Raises or replies.
    await writes("Hola")

    await house.answer()

    assert house.chatwoot.sent() == ["aquí estoy"]


async def test_a_front_desk_that_keeps_failing_apologises_and_calls_a_human(
    house: House, writes: Writing
) -> None:
    house.desk.script = lambda turn: reply_to(turn, "", wrong_field=1)
    await writes("Hola")

    await house.answer()

    assert len(house.chatwoot.sent()) == 1
    assert "avisé a una persona" in house.chatwoot.sent()[0]
    assert house.chatwoot.kept[7, 101].place.status == "open"


async def test_a_mailbox_of_an_unknown_company_waits(house: House, writes: Writing) -> None:
    await writes("Hola")
    gone = house.companies.by_id.pop(BENOVA)
    await house.answer()

    house.companies.by_id[BENOVA] = gone
    await house.answer()

    assert house.chatwoot.sent() == ["eco: Hola"]


async def test_noise_about_the_conversation_is_no_turn(house: House, writes: Writing) -> None:
    taken = await writes.take(conversation_event(HERE, "conversation_updated", [{"priority": {}}]))

    await house.answer()

    assert taken.status == "ignored"
    assert house.chatwoot.calls == []
    assert await house.mailbox.count(BENOVA, LAURA) == 0
