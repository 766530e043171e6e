"""One turn through the whole graph: who answers, what is kept, what is never done twice."""

import pytest

from tenants.ids import TurnId, UserId
from tests.fakes.openai import calls, says
from tests.graph.house import ANA, House, turn


async def test_without_a_model_the_guided_agent_answers(house: House) -> None:
    reply = await house.desk.answer(house.benova(), turn("t1", "Hola, ¿cuánto cuesta la toxina?"))

    assert reply.text == "sales: Hola, ¿cuánto cuesta la toxina?"
    assert (reply.agent, reply.model, reply.reason) == ("sales", "guided", "examples")


async def test_with_a_model_it_chooses_searches_and_answers(modelled: House) -> None:
    modelled.server.script.extend(
        [calls("search_knowledge", query="toxina"), says("Dura cuatro meses.")]
    )

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "¿Cuánto dura la toxina?"))

    assert reply.text == "Dura cuatro meses."
    assert (reply.model, reply.reason, reply.agent) == ("big", "model", "sales")
    assert reply.tools_used == ("search_knowledge",)
    assert reply.passages == ("benova-1",)


async def test_a_turn_that_was_answered_is_not_run_again(house: House) -> None:
    first = await house.desk.answer(house.benova(), turn("t1", "Hola"))

    again = await house.desk.answer(house.benova(), turn("t1", "Hola"))

    assert again.text == first.text
    assert len(house.guided.seen) == 1
    assert [one.type for one in (await house.state(house.benova()))["messages"]] == ["human", "ai"]


async def test_an_older_turn_asked_for_again_returns_its_own_answer(house: House) -> None:
    await house.desk.answer(house.benova(), turn("t1", "Hola"))
    await house.desk.answer(house.benova(), turn("t2", "¿Dónde quedan?"))

    again = await house.desk.answer(house.benova(), turn("t1", "Hola"))

    assert again.text == "support: Hola"
    assert len(house.guided.seen) == 2


async def test_a_withdrawn_turn_leaves_the_thread_as_it_was(house: House) -> None:
    await house.desk.answer(house.benova(), turn("t1", "Hola"))
    before = await house.state(house.benova())
    await house.desk.answer(house.benova(), turn("t2", "¿Dónde quedan?"))

    await house.desk.withdraw(house.benova(), ANA, TurnId("t2"))

    assert await house.state(house.benova()) == before


async def test_a_withdrawn_first_turn_leaves_no_thread(house: House) -> None:
    await house.desk.answer(house.benova(), turn("t1", "Hola"))

    await house.desk.withdraw(house.benova(), ANA, TurnId("t1"))

    assert await house.state(house.benova()) == {}


async def test_a_burst_after_a_withdrawn_draft_is_answered_as_one(house: House) -> None:
    await house.desk.answer(house.benova(), turn("t1", "Hola"))
    await house.desk.withdraw(house.benova(), ANA, TurnId("t1"))

    reply = await house.desk.answer(house.benova(), turn("t2", "Hola", "¿dónde quedan?"))

    assert reply.text == "support: ¿dónde quedan?"
    assert [one.text for one in (await house.state(house.benova()))["messages"]][:2] == [
        "Hola",
        "¿dónde quedan?",
    ]


async def test_two_companies_with_the_same_patient_never_mix(house: House) -> None:
    await house.desk.answer(house.benova(), turn("t1", "Soy paciente de Benova"))

    reply = await house.desk.answer(house.medispa(), turn("t1", "Hello there", company="medispa"))

    state = await house.state(house.medispa())
    assert reply.text == "support: Hello there"
    assert [one.text for one in state["messages"]] == ["Hello there", "support: Hello there"]
    assert all("Benova" not in str(one) for seen in house.guided.seen[1:] for one in seen)


async def test_two_patients_of_a_company_never_mix(house: House) -> None:
    await house.desk.answer(house.benova(), turn("t1", "Soy Ana"))

    await house.desk.answer(house.benova(), turn("t1", "Soy Eva", user=UserId("56")))

    texts = [one.text for one in (await house.state(house.benova(), UserId("56")))["messages"]]
    assert texts == ["Soy Eva", "support: Soy Eva"]


async def test_the_patient_is_answered_in_the_language_of_the_message(house: House) -> None:
    await house.desk.answer(house.medispa(), turn("t1", "Hello, how are you?", company="medispa"))

    reply = await house.desk.answer(
        house.medispa(), turn("t2", "Hola, ¿cuánto cuesta la toxina?", company="medispa")
    )

    assert reply.language == "es"
    assert "Answer in Spanish" in house.guided.seen[-1][0].text


async def test_a_language_that_the_company_does_not_speak_changes_nothing(house: House) -> None:
    reply = await house.desk.answer(house.benova(), turn("t1", "Hello, what are your prices?"))

    assert reply.language == "es"


async def test_a_thread_keeps_forty_messages(house: House) -> None:
    for number in range(25):
        await house.desk.answer(house.benova(), turn(f"t{number}", f"Mensaje {number}"))

    state = await house.state(house.benova())
    assert len(state["messages"]) == 41
    assert state["messages"][-2].text == "Mensaje 24"


async def test_the_model_is_shown_as_many_messages_as_the_company_wants(house: House) -> None:
    for number in range(8):
        await house.desk.answer(house.benova(), turn(f"t{number}", f"Mensaje {number}"))

    assert len(house.guided.seen[-1]) == 1 + house.benova().max_context_messages


async def test_tool_traffic_is_forgotten_when_the_next_turn_begins(modelled: House) -> None:
    await modelled.desk.answer(modelled.benova(), turn("t1", "¿Cuánto dura la toxina?"))

    await modelled.desk.answer(modelled.benova(), turn("t2", "¿Cuánto dura la toxina?"))

    kinds = [one.type for one in (await modelled.state(modelled.benova()))["messages"]]
    assert kinds == ["human", "ai", "human", "ai", "tool", "ai"]


async def test_what_a_human_said_meanwhile_is_remembered(house: House) -> None:
    context = turn("t1", "x").context
    await house.desk.remember(
        house.benova(),
        context,
        (("m1", "user", "¿Me llaman?"), ("m2", "human_agent", "Te llamo a las 3.")),
    )

    await house.desk.answer(house.benova(), turn("t2", "Gracias"))

    assert [one.text for one in house.guided.seen[-1][1:]] == [
        "¿Me llaman?",
        "Te llamo a las 3.",
        "Gracias",
    ]


@pytest.mark.parametrize("text", ["Me desmayé y no puedo respirar", "I can't breathe, help"])
async def test_a_red_flag_is_answered_with_fixed_words_and_no_model(
    modelled: House, text: str
) -> None:
    reply = await modelled.desk.answer(modelled.benova(), turn("t1", text))

    assert (reply.agent, reply.model, reply.reason) == ("emergency", "fixed", "red_flag")
    assert reply.red_flag
    assert reply.handoff is not None
    assert reply.handoff["urgent"]
    assert reply.acted
    assert modelled.server.requests == []


async def test_an_open_emergency_answers_until_a_human_closes_it(house: House) -> None:
    await house.desk.answer(house.benova(), turn("t1", "No puedo respirar"))

    during = await house.desk.answer(house.benova(), turn("t2", "¿Cuánto cuesta la toxina?"))
    await house.desk.close_emergency(house.benova(), ANA)
    after = await house.desk.answer(house.benova(), turn("t3", "¿Cuánto cuesta la toxina?"))

    assert (during.agent, during.reason) == ("emergency", "open_emergency")
    assert house.benova().emergency.number in during.text
    assert after.agent == "sales"


async def test_who_writes_on_about_self_harm_is_given_the_helpline_again(house: House) -> None:
    await house.desk.answer(house.benova(), turn("t1", "ya no quiero vivir"))

    during = await house.desk.answer(house.benova(), turn("t2", "no le veo sentido a nada"))

    assert house.benova().emergency.self_harm_phone in during.text


async def test_the_emergency_of_one_company_is_not_open_in_another(house: House) -> None:
    await house.desk.answer(house.benova(), turn("t1", "No puedo respirar"))

    reply = await house.desk.answer(house.medispa(), turn("t1", "Hello", company="medispa"))

    assert reply.agent == "support"
