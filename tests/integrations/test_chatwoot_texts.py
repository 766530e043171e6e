"""What a patient's text becomes: cut, cleaned, without what a mail quotes."""

import pytest

from tests.fakes.chatwoot_payloads import Place, incoming
from tests.integrations.events import turn_of

HERE = Place()


def test_a_mail_is_read_without_what_it_quotes() -> None:
    body = incoming(
        HERE, 1, "Sí, gracias.\n\n> ¿Confirma?", content_type="incoming_email",
        attributes={"email": {"text_content": {"quoted": "Sí, gracias."}}, "cc_email": ["b@c.co"]},
    )  # fmt: skip

    turn = turn_of(body)

    assert (turn.text, turn.cc) == ("Sí, gracias.", ("b@c.co",))


def test_a_mail_without_parts_is_read_as_chatwoot_read_it() -> None:
    body = incoming(
        HERE, 1, "Sí.\n> antes", content_type="incoming_email", attributes={"email": None},
        processed="Sí.",
    )  # fmt: skip

    assert turn_of(body).text == "Sí."


def test_text_is_cut_and_cleaned() -> None:
    turn = turn_of(incoming(HERE, 1, "ho\x00la\x07 " + "x" * 50_000))

    assert turn.text.startswith("hola x")
    assert 7990 < len(turn.text) <= 8000


def test_what_is_left_out_of_a_long_message_is_kept_for_who_looks_for_danger() -> None:
    story = "Mi historia. " * 1000

    turn = turn_of(incoming(HERE, 1, f"{story}No puedo respirar. {story}"))

    assert "respirar" not in turn.text
    assert "No puedo respirar." in turn.middle
    assert turn_of(incoming(HERE, 2, "x" * 8000)).middle == ""


def test_what_a_long_message_ends_with_is_read() -> None:
    turn = turn_of(incoming(HERE, 1, "Mi historia. " * 5000 + "No puedo respirar"))

    assert turn.text.startswith("Mi historia.")
    assert turn.text.endswith("No puedo respirar")


@pytest.mark.parametrize("sign", ["\u00ad", "\u034f", "\u200d", "\u200f", "\u2060", "\U000e0061"])
def test_a_sign_that_nobody_sees_is_not_read(sign: str) -> None:
    turn = turn_of(incoming(HERE, 1, f"No puedo respi{sign}rar"))

    assert turn.text == "No puedo respirar"
