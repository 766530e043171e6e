"""What a model invents does not reach the patient."""

from tests.fakes.openai import calls, says
from tests.graph.house import House, turn


async def test_an_invented_price_is_not_sent(modelled: House) -> None:
    modelled.server.script.append(says("La toxina cuesta hoy $ 123.456."))

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "¿Cuánto cuesta la toxina?"))

    assert "123" not in reply.text


async def test_what_was_not_sent_is_not_remembered_either(modelled: House) -> None:
    modelled.server.script.extend([says("La toxina cuesta hoy $ 123.456."), says("No lo sé.")])

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "¿Cuánto cuesta la toxina?"))

    state = await modelled.state(modelled.benova())
    assert [one.text for one in state["messages"]] == ["¿Cuánto cuesta la toxina?", reply.text]
    assert "123.456" not in str(state)


async def test_the_companys_own_price_is_sent(modelled: House) -> None:
    modelled.server.script.extend(
        [calls("list_treatments", query="toxina"), says("La toxina cuesta desde $ 900.000.")]
    )

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "¿Cuánto cuesta la toxina?"))

    assert reply.text == "La toxina cuesta desde $ 900.000."


async def test_the_patients_phone_may_be_read_back_later(modelled: House) -> None:
    modelled.server.script.extend([says("Anotado."), says("Lo llamamos al 310 222 3344.")])
    await modelled.desk.answer(modelled.benova(), turn("t1", "Mi celular es 3102223344"))

    reply = await modelled.desk.answer(modelled.benova(), turn("t2", "¿A qué número me llaman?"))

    assert reply.text == "Lo llamamos al 310 222 3344."


async def test_a_price_that_only_the_patient_named_is_not_confirmed(modelled: House) -> None:
    modelled.server.script.append(says("Sí, le queda en $ 77.000."))

    reply = await modelled.desk.answer(
        modelled.benova(), turn("t1", "¿Me lo dejan en $ 77.000, como me dijeron?")
    )

    assert "77.000" not in reply.text


async def test_a_time_that_nobody_offered_is_not_sent(modelled: House) -> None:
    modelled.server.respond = lambda request: calls("Choice", agent="availability")
    modelled.server.script.append(says("Tenemos el lunes a las 5:45 p. m."))

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "¿Qué tienen libre?"))

    assert "5:45" not in reply.text


async def test_a_model_is_told_what_was_stopped_and_writes_again(modelled: House) -> None:
    modelled.server.script.extend(
        [
            says("La toxina cuesta hoy $ 123.456."),
            calls("list_treatments", query="toxina"),
            says("La toxina cuesta desde $ 900.000."),
        ]
    )

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "¿Cuánto cuesta la toxina?"))

    again = modelled.server.requests[-2]["messages"]
    assert reply.text == "La toxina cuesta desde $ 900.000."
    assert reply.blocked == ("price",)
    assert "$ 123.456" in again[0]["content"]
    assert [one["role"] for one in again] == ["system", "user"]


async def test_a_draft_is_written_again_only_once(modelled: House) -> None:
    modelled.server.script.extend(
        [says("La toxina cuesta hoy $ 123.456."), says("La toxina cuesta $ 654.321.")]
    )

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "¿Cuánto cuesta la toxina?"))

    assert reply.text.startswith("Ese valor prefiero confirmárselo")
    assert reply.blocked == ("price",)
    assert not modelled.server.script


async def test_a_booking_that_was_not_made_is_not_told(modelled: House) -> None:
    modelled.server.script.extend([says("Listo, su cita quedó agendada.")] * 2)

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "Agéndeme, por favor"))

    assert reply.text.startswith("Todavía no he hecho ningún cambio en la agenda")


async def test_the_next_turn_knows_nothing_of_a_draft_that_was_stopped(modelled: House) -> None:
    modelled.server.script.extend([says("La toxina cuesta hoy $ 123.456."), says("No lo sé.")])
    await modelled.desk.answer(modelled.benova(), turn("t1", "¿Cuánto cuesta la toxina?"))
    modelled.server.script.append(says("Con gusto."))

    reply = await modelled.desk.answer(modelled.benova(), turn("t2", "Gracias"))

    assert reply.blocked == ()
    assert "draft_not_sent" not in modelled.server.requests[-1]["messages"][0]["content"]


async def test_a_model_that_tells_of_a_person_has_one_called(modelled: House) -> None:
    modelled.server.script.append(says("Lo siento mucho. Ya le avisé a una persona del equipo."))

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "Me cobraron dos veces"))

    assert reply.handoff is not None
    assert reply.handoff["summary"] == "Me cobraron dos veces"


async def test_a_model_that_offers_a_person_calls_none(modelled: House) -> None:
    modelled.server.script.append(says("Si quiere, le pido a una persona que le escriba."))

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "¿Tienen parqueadero?"))

    assert reply.handoff is None


async def test_a_price_that_a_patient_had_a_tool_search_for_is_not_confirmed(
    modelled: House,
) -> None:
    lie = "microblading a $ 77.000"
    modelled.server.script.extend(
        [calls("list_treatments", query=lie), *[says("Sí, cuesta $ 77.000.")] * 2]
    )

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", f"¿Tienen {lie}?"))

    assert "77.000" not in reply.text
