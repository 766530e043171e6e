"""The doctor tells of models that a server does not have, or will not have for long."""

from datetime import date

from routes.finding import Finding
from routes.model_findings import of_models
from tests.agenda.clinics import benova
from tests.fakes.openai import FakeOpenAI
from tests.fakes.serve import serve

TODAY = date(2026, 12, 1)
USED: dict[str, str | None] = {
    "main": None,
    "second": None,
    "whisper-1": None,
    "gpt-4.1-mini": None,
}


async def found(offered: dict[str, str | None]) -> Finding:
    async with serve(FakeOpenAI(offered=offered)) as url:
        model = {"name": "main", "fallback": "second", "api_key": "sk-1", "base_url": f"{url}/v1"}
        return await of_models(benova(model=model), TODAY)


async def test_models_that_are_offered_are_well() -> None:
    assert (await found(USED)).state == "ok"


async def test_a_server_that_lists_nothing_is_believed() -> None:
    assert (await found({})).state == "ok"


async def test_a_model_that_ends_soon_is_told_with_its_day() -> None:
    told = await found({**USED, "main": "2027-01-14", "whisper-1": "2027-04-01"})

    assert told.state == "note"
    assert "main ends on 2027-01-14" in told.says
    assert "whisper-1" not in told.says
    assert told.todo == "Name others by MODEL_NAME."


async def test_a_model_that_has_ended_or_is_not_offered_is_wrong() -> None:
    ended = await found({**USED, "second": "2026-11-30"})
    missing = await found({name: end for name, end in USED.items() if name != "main"})

    assert (ended.state, missing.state) == ("wrong", "wrong")
    assert "main is not offered" in missing.says


async def test_the_second_model_that_is_not_offered_is_a_note() -> None:
    told = await found({name: end for name, end in USED.items() if name != "second"})

    assert (told.state, told.todo) == ("note", "Name others by MODEL_FALLBACK.")
