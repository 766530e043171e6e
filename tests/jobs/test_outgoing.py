"""What goes out looks right on every channel, and tells Chatwoot's templates nothing."""

from dataclasses import replace

import pytest

from jobs.outbox import parts_of
from tenants.ids import TurnId
from tenants.tenant import InboxManners
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, HERE, House, reply_to

SLOTS = ({"title": "lun 10:00", "value": "s1"}, {"title": "lun 11:00", "value": "s2"})
TURN = TurnId("101-9001-1")


async def test_liquid_in_a_reply_is_broken_up(house: House, writes: Writing) -> None:
    await writes("{{contact.email}} {% if x %}")

    await house.answer()

    sent = house.chatwoot.sent()[0]
    assert "{{" not in sent
    assert "{%" not in sent
    assert sent.replace("\u200b", "") == "eco: {{contact.email}} {% if x %}"


async def test_liquid_in_a_note_is_broken_up(house: House, writes: Writing) -> None:
    house.desk.script = lambda turn: reply_to(
        turn, "voy", handoff={"reason": "{{agent.email}}", "summary": "{%x%}", "urgent": False}
    )
    await writes("una persona")

    await house.answer()

    assert "{{" not in house.chatwoot.notes()[0]
    assert "{%" not in house.chatwoot.notes()[0]


async def test_options_are_buttons_on_whatsapp(house: House, writes: Writing) -> None:
    house.desk.script = lambda turn: reply_to(turn, "¿Cuál prefiere?", options=SLOTS)
    await writes("cita")

    await house.answer()

    sent = house.chatwoot.kept[7, 101].messages[-1]
    assert sent["content_type"] == "input_select"
    assert sent["content_attributes"]["items"] == list(SLOTS)


async def test_options_are_numbered_lines_where_there_are_no_buttons(
    house: House, writes: Writing
) -> None:
    house.desk.script = lambda turn: reply_to(turn, "¿Cuál prefiere?", options=SLOTS)
    house.chatwoot.open(replace(HERE, channel="Channel::Instagram"))
    await writes("cita")

    await house.answer()

    assert house.chatwoot.sent() == ["¿Cuál prefiere?\n\n1. lun 10:00\n2. lun 11:00"]


async def test_options_that_the_words_name_already_are_not_listed_again(
    house: House, writes: Writing
) -> None:
    words = "Tengo:\n1. lunes a las 10\n2. lunes a las 11"
    house.desk.script = lambda turn: reply_to(turn, words, options=SLOTS)
    house.chatwoot.open(replace(HERE, channel="Channel::Instagram"))
    await writes("cita")

    await house.answer()

    assert house.chatwoot.sent() == [words]


@pytest.mark.parametrize(
    ("channel", "limit"),
    [("whatsapp", 4096), ("whatsapp_twilio", 1600), ("sms", 160), ("sms_twilio", 320),
     ("instagram", 1000), ("messenger", 2000), ("line", 2000), ("web", 10000)],
)  # fmt: skip
def test_a_reply_is_cut_to_what_the_channel_takes(channel: str, limit: int) -> None:
    text = " ".join(f"Frase número {number}." for number in range(1500))

    parts = parts_of(TURN, text, (), channel)

    assert max(len(part.text) for part in parts) <= limit
    assert " ".join(part.text for part in parts) == text
    assert all(part.text.endswith(".") for part in parts)


def test_a_cut_prefers_the_end_of_a_paragraph() -> None:
    text = "a " * 70 + "\n\n" + "b " * 70

    parts = parts_of(TURN, text, (), "sms")

    assert [part.text[0] for part in parts] == ["a", "b"]


def test_a_word_longer_than_a_message_is_cut_all_the_same() -> None:
    parts = parts_of(TURN, "x" * 1000, (), "sms")

    assert "".join(part.text for part in parts) == "x" * 1000


def test_buttons_stand_under_the_last_part_which_is_short() -> None:
    text = "\n\n".join("Párrafo. " * 60 for _ in range(4))

    parts = parts_of(TURN, text, (("sí", "s"),), "whatsapp")

    assert [part.kind for part in parts[:-1]] == ["text"] * (len(parts) - 1)
    assert parts[-1].kind == "options"
    assert len(parts[-1].text) <= 1000


@pytest.mark.parametrize(
    "titles",
    [["un título demasiado largo para un botón"], [""], ["igual", "igual"], [f"o{n}" for n in range(11)]],
)  # fmt: skip
def test_titles_that_whatsapp_would_spoil_become_lines(titles: list[str]) -> None:
    parts = parts_of(TURN, "Elija", [(title, "v") for title in titles], "whatsapp")

    assert [part.kind for part in parts] == ["text"]


async def test_whatsapps_own_bold_stays_bold(house: House, writes: Writing) -> None:
    house.desk.script = lambda turn: reply_to(
        turn, "*Botox*: $ 450.000, vea [la página](https://benova.co/botox) <ya>"
    )
    await writes("precio")

    await house.answer()

    assert house.chatwoot.sent() == [
        "**Botox**: $ 450.000, vea la página: https://benova.co/botox <\u200bya>"
    ]


@pytest.mark.parametrize("text", ["**negrita**", "5 * 3 * 2", "* punto\n* punto", "a*b*c"])
async def test_other_stars_are_left_alone(house: House, writes: Writing, text: str) -> None:
    house.desk.script = lambda turn: reply_to(turn, text)
    await writes("x")

    await house.answer()

    assert house.chatwoot.sent() == [text]


async def test_past_the_window_a_template_goes_out_and_a_note_says_what_did_not(
    house: House, writes: Writing
) -> None:
    manners = InboxManners(burst_seconds=0, outside_window_template="volver_a_escribir")
    house.companies.change(BENOVA, inbox=manners)
    house.chatwoot.kept[7, 101].place = replace(HERE, can_reply=False)
    await writes("Hola")

    await house.answer()

    template = house.chatwoot.calls[1].body["template_params"]
    assert template["name"] == "volver_a_escribir"
    assert template["language"] == "es"
    assert "eco: Hola" in house.chatwoot.notes()[0]
    assert house.chatwoot.kept[7, 101].place.status == "pending"


async def test_past_the_window_without_a_template_people_are_called(
    house: House, writes: Writing
) -> None:
    house.chatwoot.kept[7, 101].place = replace(HERE, can_reply=False)
    await writes("Hola")

    await house.answer()

    assert house.chatwoot.sent() == []
    assert "eco: Hola" in house.chatwoot.notes()[0]
    assert house.chatwoot.kept[7, 101].place.status == "open"


async def test_a_mail_is_answered_to_everybody_who_read_it(house: House, writes: Writing) -> None:
    mail = replace(HERE, channel="Channel::Email", source_id="ana@example.com")
    house.chatwoot.open(mail)
    await writes(
        "Buenos días\n\n> cita vieja", mail, content_type="incoming_email",
        attributes={
            "cc_email": ["socia@example.com"],
            "email": {"auto_reply": False, "text_content": {"quoted": "Buenos días"}},
        },
    )  # fmt: skip

    await house.answer()

    sent = house.chatwoot.kept[7, 101].messages[-1]
    assert sent["content"] == "eco: Buenos días"
    assert sent["content_attributes"]["cc_emails"] == "socia@example.com"


async def test_the_web_sees_that_we_write_and_whatsapp_is_not_asked(
    house: House, writes: Writing
) -> None:
    house.desk.thinking = 0.05
    web = replace(HERE, conversation=202, channel="Channel::WebWidget")
    await writes("Hola", web)
    await writes("Hola")

    await house.answer()

    assert house.chatwoot.kept[7, 202].typing == ["on", "off"]
    assert house.chatwoot.kept[7, 101].typing == []
