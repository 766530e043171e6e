"""Whatever the model's server does, the patient gets one answer, and the thread stays usable."""

import pytest

from tests.fakes.openai import Fault, Says, calls, says
from tests.graph.house import House, turn

FAULTS = [
    Fault(kind="status", status=429, retry_after="1"),
    Fault(kind="status", status=500),
    Fault(kind="status", status=401),
    Fault(kind="status", status=400),
    Fault(kind="not_json"),
    Fault(kind="wrong_shape"),
    Fault(kind="cut"),
    Fault(kind="stall", seconds=1.2),
    Fault(kind="bad_arguments"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: f"{one.kind}-{one.status}")
async def test_the_second_model_answers_when_the_first_fails(modelled: House, fault: Fault) -> None:
    modelled.server.broken["big"] = fault

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "Hola, ¿cuánto cuesta?"))

    assert (reply.text, reply.model) == ("Con gusto te cuento.", "small")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: f"{one.kind}-{one.status}")
async def test_the_guided_agent_answers_when_both_models_fail(
    modelled: House, fault: Fault
) -> None:
    modelled.server.broken["big"] = modelled.server.broken["small"] = fault

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "Hola, ¿cuánto cuesta?"))

    assert (reply.text, reply.model) == ("sales: Hola, ¿cuánto cuesta?", "guided")


async def test_a_model_that_fails_between_two_thoughts_is_replaced(modelled: House) -> None:
    modelled.server.script.extend(
        [calls("search_knowledge", query="toxina"), Fault(kind="not_json"), says("Cuatro meses.")]
    )

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "¿Cuánto dura?"))

    assert (reply.text, reply.model) == ("Cuatro meses.", "small")
    assert reply.tools_used == ("search_knowledge",)


@pytest.mark.parametrize("finish", ["length", "content_filter", "stop"])
async def test_an_empty_answer_is_no_answer(modelled: House, finish: str) -> None:
    modelled.server.script.extend([Says(finish=finish), says("Con gusto.")])

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "Hola"))

    assert (reply.text, reply.model) == ("Con gusto.", "small")


async def test_a_model_that_is_down_is_not_asked_by_every_patient(modelled: House) -> None:
    modelled.server.broken["big"] = Fault(kind="status", status=500)
    for number in range(4):
        await modelled.desk.answer(modelled.benova(), turn(f"t{number}", "Hola"))

    asked = [one["model"] for one in modelled.server.requests]

    assert asked.count("big") == 2


async def test_a_request_that_was_refused_leaves_the_model_in_use(modelled: House) -> None:
    modelled.server.broken["big"] = Fault(kind="status", status=400)
    for number in range(3):
        await modelled.desk.answer(modelled.benova(), turn(f"t{number}", "Hola"))
    del modelled.server.broken["big"]

    reply = await modelled.desk.answer(modelled.benova(), turn("t9", "Hola"))

    assert reply.model == "big"


async def test_a_model_down_for_one_company_is_still_asked_for_another(modelled: House) -> None:
    modelled.server.broken["big"] = Fault(kind="status", status=401)
    await modelled.desk.answer(modelled.benova(), turn("t1", "Hola"))
    del modelled.server.broken["big"]

    reply = await modelled.desk.answer(modelled.medispa(), turn("t1", "Hello", company="medispa"))

    assert reply.model == "big"


async def test_a_thread_goes_on_with_the_model_after_a_failed_turn(modelled: House) -> None:
    modelled.server.script.append(Says(calls=(("search_knowledge", {}), ("no_such_tool", {}))))
    await modelled.desk.answer(modelled.benova(), turn("t1", "¿Cuánto dura?"))

    reply = await modelled.desk.answer(modelled.benova(), turn("t2", "¿Y el precio?"))

    assert reply.model == "big"


async def test_a_model_that_only_calls_tools_is_brought_to_an_end(modelled: House) -> None:
    modelled.server.respond = lambda request: (
        (
            calls("Choice", agent="sales")
            if request["tools"][0]["function"]["name"] == "Choice"
            else calls("search_knowledge", query="más")
        )
        if request.get("tools")
        else says("Esto es lo que encontré.")
    )

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "¿Cuánto dura?"))

    assert reply.text == "Esto es lo que encontré."
    assert len(reply.tools_used) == 5


async def test_each_company_pays_with_its_own_key(modelled: House) -> None:
    await modelled.desk.answer(modelled.benova(api_key="one"), turn("t1", "Hola"))
    await modelled.desk.answer(
        modelled.medispa(api_key="two"), turn("t1", "Hello", company="medispa")
    )

    assert {"Bearer one", "Bearer two"} == set(modelled.server.keys)
