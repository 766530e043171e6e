"""Staff see who waits for them: emergencies first, then whoever has waited longest."""

from dataclasses import replace

from graph.conversations import Card
from tenants.ids import CompanyId, UserId
from tests.fakes.chatwoot_payloads import AGENT, conversation_event, message
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, HERE, LAURA, House

MEDISPA = CompanyId("medispa")


async def waits(house: House) -> list[tuple[str, str]]:
    return [(one.user_id, one.why) for one in await house.waiting_room.of(BENOVA)]


async def asks_for_a_person(house: House, writes: Writing) -> None:
    house.desk.script = lambda turn: house.wish(turn, "Le paso con Paola")
    await writes("quiero hablar con alguien")
    await house.answer()


async def test_who_was_handed_over_waits_until_a_person_writes(
    house: House, writes: Writing
) -> None:
    await asks_for_a_person(house, writes)
    waiting = await waits(house)

    await writes.take(message(HERE, number=9400, content="Hola", kind="outgoing", sender=AGENT))

    assert waiting == [(LAURA, "handoff")]
    assert await waits(house) == []


async def test_who_writes_to_people_again_waits_again(house: House, writes: Writing) -> None:
    await asks_for_a_person(house, writes)
    await writes.take(message(HERE, number=9400, content="Hola", kind="outgoing", sender=AGENT))
    await writes("¿sigue ahí?")

    await house.answer()

    assert await waits(house) == [(LAURA, "wrote_again")]


async def test_a_conversation_that_is_resolved_waits_no_more(house: House, writes: Writing) -> None:
    await asks_for_a_person(house, writes)
    resolved = replace(HERE, status="resolved", updated_at=house.clock().timestamp() + 60)

    await writes.take(conversation_event(resolved, "conversation_status_changed"))

    assert await waits(house) == []


async def test_emergencies_stand_first_and_no_company_sees_anothers(house: House) -> None:
    tenant = house.companies.find(BENOVA)
    for user, why in (("luis", "handoff"), ("eva", "wrote_again"), ("rosa", "emergency")):
        await house.waiting_room.enter(tenant, UserId(user), why)  # type: ignore[arg-type] # A tuple's text is no Literal.
        house.clock.forward(5)
    await house.waiting_room.enter(tenant, UserId("eva"), "handoff")

    found = await waits(house)

    assert found == [("rosa", "emergency"), ("luis", "handoff"), ("eva", "wrote_again")]
    assert await house.waiting_room.of(MEDISPA) == []


async def test_a_transcript_knows_where_the_patient_wrote(house: House, writes: Writing) -> None:
    await writes("hola")

    await house.answer()

    assert house.transcript.card == Card(
        conversation_id=101, channel="whatsapp", name="Laura Gómez"
    )
