"""Photos and files beside words: the guided agent takes nothing from them and judges nothing."""

from tests.nodes.guided.harness import Talk

LIP = "[imagen del paciente: Un labio con una zona oscura. No queda claro si hay algo que deba ver una persona del equipo.]"


async def test_a_photo_alone_goes_to_a_person(ana: Talk) -> None:
    answer = await ana.says("", shown=LIP)

    assert "no puedo valorarlo" in answer
    assert ana.names_called == ["hand_to_human"]


async def test_a_symptom_with_a_photo_goes_to_a_person_at_once(ana: Talk) -> None:
    answer = await ana.says("me salió un morado, ¿qué tengo?", shown=LIP)

    assert "no puedo valorarlo" in answer
    assert ana.names_called == ["hand_to_human"]


async def test_what_a_photo_shows_is_no_wish_for_a_treatment(ana: Talk) -> None:
    await ana.says("¿así queda?", shown=LIP)

    assert ana.booking == {}
    assert "find_slots" not in ana.names_called


async def test_a_question_beside_a_photo_is_answered(ana: Talk) -> None:
    answer = await ana.says("¿cuánto cuesta el botox?", shown=LIP)

    assert "$ 890.000" in answer
    assert "labios" not in answer
