"""A patient in danger: told at once, handed to people, and theirs until they give back."""

import pytest

from tests.fakes.chatwoot_payloads import AGENT
from tests.journeys.clinics import BENOVA, THINKING, WELLNESS
from tests.journeys.house import House, until

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="session")]

BLIND = "desde el relleno no veo por un ojo"
AT_ONCE = 1.5  # seconds, on a busy machine; without the wait of a burst


async def test_an_emergency_is_told_at_once_in_fixed_words(clinic: House) -> None:
    laura = clinic.patient(BENOVA)

    await laura.writes(BLIND)
    sent = await laura.reads(1, AT_ONCE)

    assert "Llame ahora al **123**" in sent[0]
    assert "+57 604 555 0199" in sent[0]


async def test_an_emergency_in_english_names_the_american_number(clinic: House) -> None:
    jane = clinic.patient(WELLNESS, name="Jane Miller", channel="Channel::WebWidget")

    await jane.writes("my lips are turning white and it hurts a lot since the filler")
    sent = await jane.reads(1, AT_ONCE)

    assert "911" in sent[0]


async def test_an_emergency_is_put_before_the_clinics_people(clinic: House) -> None:
    laura = clinic.patient(BENOVA)

    await laura.writes(BLIND)
    await laura.reads(1)
    await clinic.quiet()

    assert len(laura.notes()) == 1
    assert "no veo por un ojo" in laura.notes()[0]
    assert laura.kept.labels == ["emergencia"]
    assert laura.kept.priority == "urgent"
    assert laura.kept.place.status == "open"


async def test_what_is_written_while_the_conversation_is_open_is_left_to_people(
    clinic: House,
) -> None:
    laura = clinic.patient(BENOVA)
    await laura.writes(BLIND)
    await laura.reads(1)
    await clinic.quiet()

    await laura.writes("¿cuánto vale el botox?")
    await clinic.quiet()

    assert len(laura.sent()) == 1


async def test_a_conversation_given_back_is_answered_again(clinic: House) -> None:
    laura = clinic.patient(BENOVA)
    await laura.writes(BLIND)
    await laura.reads(1)
    await clinic.quiet()

    laura.gives_back()
    await clinic.chatwoot.settle()
    answer = await laura.hears("¿cuál es la clave de los casilleros?")

    assert answer == "La clave de los casilleros es AZUL-7291."


async def test_a_person_who_writes_takes_the_conversation_over(clinic: House) -> None:
    laura = clinic.patient(BENOVA)
    await laura.hears("Hola")

    await clinic.chatwoot.person_writes(7, laura.place.conversation, "Hola Laura, soy Paola.")
    await until(lambda: laura.kept.place.status == "open", "the conversation is opened")
    await laura.writes("¿cuánto vale el botox?")
    await clinic.quiet()

    assert laura.sent()[1:] == ["Hola Laura, soy Paola."]


async def test_an_answer_is_withheld_when_a_person_writes_while_we_think(clinic: House) -> None:
    laura = clinic.patient(THINKING)
    clinic.thoughts.stalls["thinker"] = 1
    asked = clinic.thoughts.asked.count("thinker")
    await laura.writes("¿Atienden los sábados?")
    await until(lambda: clinic.thoughts.asked.count("thinker") > asked, "the model is asked")

    await clinic.chatwoot.person_writes(20, laura.place.conversation, "Hola, soy Paola.")
    del clinic.thoughts.stalls["thinker"]
    await clinic.quiet()

    assert laura.sent() == ["Hola, soy Paola."]


async def test_a_patient_whom_a_person_has_taken_is_left_to_that_person(clinic: House) -> None:
    laura = clinic.patient(BENOVA)
    laura.assigned_to(AGENT)

    await laura.writes("¿cuánto vale el botox?")
    await clinic.quiet()

    assert laura.sent() == []


async def test_an_emergency_is_told_and_handed_over_once_through_a_failing_chatwoot(
    clinic: House,
) -> None:
    laura = clinic.patient(BENOVA)
    clinic.chatwoot.fail(laura.messages_path, "503")
    clinic.chatwoot.fail(f"/conversations/{laura.place.conversation}/toggle_status", "500")

    await laura.writes(BLIND)
    await until(lambda: laura.kept.place.status == "open", "the conversation is opened")
    await clinic.quiet()

    assert len(laura.sent()) == 1
    assert len(laura.notes()) == 1
    assert laura.kept.labels == ["emergencia"]


async def test_an_emergency_does_not_wait_for_a_model_that_thinks(clinic: House) -> None:
    laura = clinic.patient(THINKING)
    clinic.thoughts.stalls["thinker"] = 14
    asked = clinic.thoughts.asked.count("thinker")
    await laura.writes("¿Atienden los sábados?")
    await until(lambda: clinic.thoughts.asked.count("thinker") > asked, "the model is asked")

    await laura.writes(BLIND)
    await laura.reads(1, AT_ONCE)
    del clinic.thoughts.stalls["thinker"]
    await clinic.quiet()

    assert len(laura.sent()) == 1
    assert "Llame ahora al **123**" in laura.sent()[0]
    assert laura.kept.place.status == "open"
