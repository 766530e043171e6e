"""A patient in danger at night: somebody is woken within seconds, and no more once they answer."""

import pytest

from tests.journeys.clinics import NIGHT
from tests.journeys.house import House, until

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="session")]

BLIND = "desde el relleno no veo por un ojo"
WOKEN = 2.0  # seconds


async def test_somebody_is_woken_within_seconds_though_the_first_way_is_away(clinic: House) -> None:
    laura = clinic.patient(NIGHT)
    clinic.on_call.failing["pagerduty"] = [503]
    before = len(clinic.on_call.pages())

    await laura.writes(BLIND)
    await until(lambda: len(clinic.on_call.pages()) > before, "the webhook is called", WOKEN)
    page = clinic.on_call.pages()[-1]
    looked = await clinic.http.get(page["acknowledge_url"])
    pressed = await clinic.http.post(page["acknowledge_url"])
    await until(lambda: clinic.on_call.hooks[-1]["event"] == "acknowledged", "it is told")
    kept = await clinic.get(f"/api/pages/{page['page_id']}")
    ways = [(one["way"], one["result"]) for one in kept["results"]]

    assert page["conversation_url"].endswith(f"/conversations/{laura.place.conversation}")
    assert ways == [("pagerduty", "failed"), ("webhook", "sent")]
    assert "<form" in looked.text
    assert "Queda confirmado" in pressed.text
    assert (kept["state"], kept["answered_by"]) == ("acknowledged", "link (webhook)")
    assert BLIND not in str(clinic.on_call.hooks)


async def test_a_person_who_writes_in_chatwoot_ends_the_page_and_resolving_the_incident(
    clinic: House,
) -> None:
    laura = clinic.patient(NIGHT)
    await laura.writes(BLIND)
    await laura.reads(1)
    await until(lambda: len(clinic.on_call.incidents) > 0, "PagerDuty is called")
    key = clinic.on_call.incidents[-1]["dedup_key"]

    await clinic.chatwoot.person_writes(21, laura.place.conversation, "Hola Laura, la llamo ya.")
    await until(lambda: actions(clinic, key) == ["trigger", "acknowledge"], "it is acknowledged")
    await clinic.quiet()
    laura.gives_back()
    await until(lambda: actions(clinic, key)[-1] == "resolve", "it is resolved")

    assert actions(clinic, key) == ["trigger", "acknowledge", "resolve"]


def actions(clinic: House, key: str) -> list[str]:
    return [one["event_action"] for one in clinic.on_call.incidents if one["dedup_key"] == key]
