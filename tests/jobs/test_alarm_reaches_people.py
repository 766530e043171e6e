"""Every alarm reaches a human, whatever fails on the way and whoever has the conversation."""

from dataclasses import replace

import pytest

from tests.fakes.chatwoot import Fault, Kept
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, HERE, House

BLIND = "desde el relleno no veo por un ojo"
TEXT = "vision: llame al 123"
SEEN = "GET /conversations/101"
MESSAGES = "POST /conversations/101/messages"
STATUS = "/toggle_status"
STEPS = (SEEN, MESSAGES, "GET /conversations/101/labels", "POST /conversations/101/labels",
         "/toggle_priority", "/assignments", STATUS)  # fmt: skip


async def _answer_until_done(house: House, tries: int = 12) -> None:
    for _ in range(tries):
        await house.answer()
        if not await house.waiting():
            return
        house.clock.forward(60)


def _told_and_called(house: House) -> Kept:
    """Return the conversation, in which everything was done once."""
    kept = house.chatwoot.kept[7, 101]
    assert house.chatwoot.sent() == [TEXT]
    assert sum("POSIBLE EMERGENCIA" in one for one in house.chatwoot.notes()) == 1
    assert kept.place.status == "open"
    assert house.pages.groups == ["benova:101:vision"]
    return kept


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", ["500", "silent"])
async def test_what_fails_for_a_while_is_done_later_and_once(
    house: House, writes: Writing, step: str, fault: Fault
) -> None:
    house.chatwoot.silence = 0.4
    house.chatwoot.fail(step, fault, fault)
    await writes(BLIND)

    await _answer_until_done(house)

    kept = _told_and_called(house)
    assert (kept.labels, kept.priority, kept.team) == (["emergencia"], "urgent", 90)


@pytest.mark.parametrize("step", [one for one in STEPS if one not in {MESSAGES, STATUS}])
async def test_what_is_refused_for_good_holds_up_nothing_else(
    house: House, writes: Writing, step: str
) -> None:
    house.chatwoot.fail(step, "404", "404")
    await writes(BLIND)

    await _answer_until_done(house)

    _told_and_called(house)


async def test_people_are_called_at_once_while_the_patient_cannot_be_told(
    house: House, writes: Writing
) -> None:
    house.chatwoot.fail(MESSAGES, "500")
    await writes(BLIND)

    await house.answer()
    called = house.chatwoot.kept[7, 101].place.status
    untold = house.chatwoot.sent()
    await _answer_until_done(house)

    assert (called, untold) == ("open", [])
    _told_and_called(house)


async def test_a_note_that_is_refused_does_not_keep_people_away(
    house: House, writes: Writing
) -> None:
    house.chatwoot.fail(MESSAGES, "422", "422")
    await writes(BLIND)

    await house.answer()

    assert house.chatwoot.kept[7, 101].place.status == "open"
    assert house.chatwoot.kept[7, 101].priority == "urgent"
    assert await house.waiting() == 0


async def test_an_alarm_outlives_a_token_that_was_revoked(house: House, writes: Writing) -> None:
    token = house.chatwoot.tokens.pop(7)
    await writes(BLIND)
    await house.answer()
    house.clock.forward(60)
    await house.answer()
    assert house.chatwoot.kept[7, 101].place.status == "pending"

    house.chatwoot.tokens[7] = token
    house.clock.forward(60)
    await _answer_until_done(house)

    _told_and_called(house)


@pytest.mark.parametrize("status", ["open", "resolved", "snoozed"])
async def test_an_alarm_where_the_conversation_is_not_the_bots_is_told_and_handed_over(
    house: House, writes: Writing, status: str
) -> None:
    house.chatwoot.kept[7, 101].place = replace(HERE, status=status)
    await writes(BLIND, replace(HERE, status=status))

    await house.answer()

    assert _told_and_called(house).labels == ["emergencia"]


async def test_an_alarm_while_an_operator_has_paused_the_bot_is_told_and_handed_over(
    house: House, writes: Writing
) -> None:
    await house.status.pause(BENOVA, HERE.conversation, by="operator", at=house.clock().timestamp())  # type: ignore[arg-type] # A number is an id here.
    await writes(BLIND)

    await house.answer()

    _told_and_called(house)


async def test_an_alarm_in_the_words_under_a_photo_does_not_wait_for_the_photo(
    house: House, writes: Writing
) -> None:
    photo = {"file_type": "image", "data_url": "http://chatwoot.test/nowhere.jpg"}
    await writes(BLIND, attachments=[photo])

    await house.answer()

    _told_and_called(house)
