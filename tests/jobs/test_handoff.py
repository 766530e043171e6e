"""A conversation goes to the clinic's people whole: first the words, last the status."""

from pydantic import SecretStr

from tenants.tenant import ChatwootConnection
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, House

ORDER = [
    "GET /conversations/101",
    "POST /conversations/101/messages",
    "POST /conversations/101/messages",
    "GET /conversations/101/labels",
    "POST /conversations/101/labels",
    "POST /conversations/101/assignments",
    "POST /conversations/101/toggle_status",
]


async def test_the_patient_hears_first_and_the_status_changes_last(
    house: House, writes: Writing
) -> None:
    house.desk.script = lambda turn: house.wish(turn, "Le paso con Paola")
    await writes("quiero hablar con alguien")

    await house.answer()

    kept = house.chatwoot.kept[7, 101]
    assert house.chatwoot.paths() == ORDER
    assert house.chatwoot.sent() == ["Le paso con Paola"]
    assert "Quiere hablar con Paola." in house.chatwoot.notes()[0]
    assert (kept.place.status, kept.team, kept.labels) == ("open", 4, ["handoff"])
    assert kept.priority is None


async def test_labels_that_were_there_stay(house: House, writes: Writing) -> None:
    house.chatwoot.kept[7, 101].labels = ["vip", "handoff"]
    house.desk.script = lambda turn: house.wish(turn, "Le paso con Paola")
    await writes("una persona")

    await house.answer()

    assert house.chatwoot.kept[7, 101].labels == ["vip", "handoff"]


async def test_an_urgent_wish_is_urgent_in_chatwoot(house: House, writes: Writing) -> None:
    house.desk.script = lambda turn: house.wish(turn, "Ya mismo", urgent=True)
    await writes("una persona ya")

    await house.answer()

    assert house.chatwoot.kept[7, 101].priority == "urgent"


async def test_a_status_that_fails_is_set_later_and_nothing_is_said_twice(
    house: House, writes: Writing
) -> None:
    house.chatwoot.fail("toggle_status", "500", "silent")
    house.desk.script = lambda turn: house.wish(turn, "Le paso con Paola")
    await writes("una persona")

    for _ in range(3):
        await house.answer()
        house.clock.forward(10)

    assert house.chatwoot.kept[7, 101].place.status == "open"
    assert house.chatwoot.sent() == ["Le paso con Paola"]
    assert len(house.chatwoot.notes()) == 1


async def test_a_note_that_timed_out_after_it_was_stored_is_left_once(
    house: House, writes: Writing
) -> None:
    house.desk.script = lambda turn: house.wish(turn, "Le paso con Paola")
    await writes("una persona")
    house.chatwoot.fail("POST /conversations/101/messages", "500")
    await house.answer()
    house.clock.forward(3)
    house.chatwoot.fail("toggle_status", "500")

    for _ in range(3):
        await house.answer()
        house.clock.forward(10)

    assert house.chatwoot.sent() == ["Le paso con Paola"]
    assert len(house.chatwoot.notes()) == 1


async def test_steps_that_an_older_chatwoot_refuses_do_not_stop_the_hand_over(
    house: House, writes: Writing
) -> None:
    house.chatwoot.shows_to_bots = False
    house.chatwoot.fail("assignments", "404")
    house.desk.script = lambda turn: house.wish(turn, "Le paso con Paola")
    await writes("una persona")

    await house.answer()

    assert house.chatwoot.kept[7, 101].place.status == "open"
    assert await house.waiting() == 0


async def test_a_person_is_assigned_when_the_company_names_one(
    house: House, writes: Writing
) -> None:
    connection = house.companies.find("benova").chatwoot
    fields = {**connection.model_dump(), "team_id": None, "assignee_id": 21}
    house.companies.change(BENOVA, chatwoot=ChatwootConnection(**fields))
    house.desk.script = lambda turn: house.wish(turn, "Le paso con Paola")
    await writes("una persona")

    await house.answer()

    kept = house.chatwoot.kept[7, 101]
    assert kept.place.assignee is not None
    assert kept.place.assignee["id"] == 21
    assert kept.team is None


async def test_after_the_hand_over_the_bot_is_silent(house: House, writes: Writing) -> None:
    house.desk.script = lambda turn: house.wish(turn, "Le paso con Paola")
    await writes("una persona")
    await house.answer()

    await writes("¿hola?")
    await house.answer()

    assert house.chatwoot.sent() == ["Le paso con Paola"]


async def test_a_company_without_a_token_parks_its_work(house: House, writes: Writing) -> None:
    connection = ChatwootConnection(account_id=7, webhook_token=SecretStr("token-benova"))
    house.companies.change(BENOVA, chatwoot=connection)
    await writes("Hola")

    await house.answer()

    assert [one.reason for one in await house.parked.list()] == [
        "chatwoot: the company has no account id or no API key"
    ]
