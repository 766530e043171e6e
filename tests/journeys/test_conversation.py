"""Patients write as patients do: in bursts, over us, by voice; Chatwoot sends twice and out of order."""

import asyncio

import pytest

from tests.fakes.chatwoot_payloads import attachment
from tests.journeys.clinics import BENOVA, MEDISPA, THINKING
from tests.journeys.house import House, until

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="session")]


async def test_a_burst_of_three_messages_gets_one_answer(clinic: House) -> None:
    laura = clinic.patient(BENOVA)

    await laura.writes("Hola")
    await laura.writes("¿cuánto vale")
    await laura.writes("el botox del tercio superior?")
    await laura.reads(1)
    await clinic.quiet()

    assert len(laura.sent()) == 1
    assert "$ 890.000" in laura.sent()[0]


async def test_a_message_that_comes_while_we_think_gets_one_answer_with_the_first(
    clinic: House,
) -> None:
    laura = clinic.patient(THINKING)
    clinic.thoughts.stalls["thinker"] = 1.5
    asked = clinic.thoughts.asked.count("thinker")

    await laura.writes("¿Atienden los sábados?")
    await until(lambda: clinic.thoughts.asked.count("thinker") > asked, "the model is asked")
    await laura.writes("¿y hay parqueadero?")
    del clinic.thoughts.stalls["thinker"]
    await laura.reads(1)
    await clinic.quiet()

    assert laura.sent() == ["Con gusto le ayudo, soy thinker."]
    assert await laura.transcript() == [
        "¿Atienden los sábados?",
        "¿y hay parqueadero?",
        "Con gusto le ayudo, soy thinker.",
    ]


async def test_a_webhook_delivered_three_times_at_once_gets_one_answer(clinic: House) -> None:
    laura = clinic.patient(BENOVA)
    body = clinic.chatwoot.written(laura.kept.place, "¿Cuál es la clave de los casilleros?")

    answers = await asyncio.gather(*(clinic.chatwoot.deliver(7, body) for _ in range(3)))
    await laura.reads(1)
    await clinic.quiet()

    told = sorted(one.json()["status"] for one in answers)
    assert told == ["accepted", "ignored", "ignored"]
    assert laura.sent() == ["La clave de los casilleros es AZUL-7291."]


async def test_a_webhook_delivered_again_after_the_answer_is_known(clinic: House) -> None:
    laura = clinic.patient(BENOVA)
    body = clinic.chatwoot.written(laura.kept.place, "¿Cuál es la clave de los casilleros?")
    await clinic.chatwoot.deliver(7, body)
    await laura.reads(1)

    again = await clinic.chatwoot.deliver(7, body)
    await clinic.quiet()

    assert again.json()["reason"] == "duplicate"
    assert len(laura.sent()) == 1


async def test_webhooks_that_come_in_the_wrong_order_are_answered_in_the_right_one(
    clinic: House,
) -> None:
    laura = clinic.patient(BENOVA)
    first = clinic.chatwoot.written(laura.kept.place, "Quiero saber")
    second = clinic.chatwoot.written(laura.kept.place, "cuál es la clave de los casilleros")

    await clinic.chatwoot.deliver(7, second)
    await clinic.chatwoot.deliver(7, first)
    await laura.reads(1)
    await clinic.quiet()

    assert await laura.transcript() == [
        "Quiero saber",
        "cuál es la clave de los casilleros",
        "La clave de los casilleros es AZUL-7291.",
    ]


async def test_two_companies_with_the_same_contact_and_conversation_never_mix(
    clinic: House,
) -> None:
    of_benova = clinic.patient(BENOVA)
    of_medispa = clinic.at(MEDISPA, of_benova.elsewhere(MEDISPA))
    question = "¿Cuál es la clave de los casilleros?"

    await asyncio.gather(of_benova.writes(question), of_medispa.writes(question))
    await of_benova.reads(1)
    await of_medispa.reads(1)
    await clinic.quiet()

    assert of_benova.sent() == ["La clave de los casilleros es AZUL-7291."]
    assert of_medispa.sent() == ["La clave de los casilleros es ROJO-5810."]
    assert "ROJO" not in str(await of_benova.transcript())
    assert "AZUL" not in str(await of_medispa.transcript())


async def test_a_voice_note_gets_kind_words(clinic: House) -> None:
    laura = clinic.patient(BENOVA)

    await laura.writes(None, attachments=[attachment(1, "audio")])

    assert "todavía no puedo escucharla" in (await laura.reads(1))[0]


async def test_a_photo_without_words_gets_kind_words(clinic: House) -> None:
    laura = clinic.patient(BENOVA)

    await laura.writes(None, attachments=[attachment(2, "image")])

    assert "todavía no puedo verla" in (await laura.reads(1))[0]


async def test_a_photo_with_a_question_has_the_question_answered(clinic: House) -> None:
    laura = clinic.patient(BENOVA)

    await laura.writes("¿cuál es la clave de los casilleros?", attachments=[attachment(3, "image")])
    sent = (await laura.reads(1))[0]

    assert "AZUL-7291" in sent
    assert "todavía no puedo verla" in sent
