"""Words that hide their letters are read all the same, and nothing is left unread."""

import time

import pytest

from integrations.local_embedder import LocalEmbedder
from safety.disguise import MOST, WHOLE, Disguises
from safety.red_flags import RedFlags

FLAGS = RedFlags(None)
DISGUISES = Disguises(["puedo", "respirar", "breathe", "ahogo", "espalda", "tomar", "consigo"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("n o  p u e d o  r e s p i r a r", "no puedo respirar"),
        ("N-O P-U-E-D-O", "no puedo"),
        ("n0 pu3d0 r3sp1rar", "no puedo respirar"),
        ("nо рuеdо rеsрirаr", "no puedo respirar"),
        ("no pue\u200bdo res\u200bpirar", "no puedo respirar"),
        ("🅽🅾 🅿🆄🅴🅳🅾", "no puedo"),
        ("ɴᴏ ᴘᴜᴇᴅᴏ", "no puedo"),
        ("nopuedorespirar", "no puedo respirar"),
        ("I can't br3athe", "i can't breathe"),
        ("i c a n t b r e a t h e", "i cant breathe"),
        ("n a o  c o n s i g o", "nao consigo"),
    ],
)
def test_hidden_letters_are_shown(text: str, shown: str) -> None:
    found = DISGUISES.shown(text)

    assert found is not None
    assert found.split() == shown.split()


@pytest.mark.parametrize(
    "text",
    [
        "Hola, ¿cuánto cuesta el botox? Mañana 2x1, 10mg, 3pm, spf50",
        "mi correo es laura@gmail.com y mi número 3001234567",
        "tengo la espalda quemada",
        "y a mí me gustó",
        "👍🏽 ❤️ listo",
    ],
)
def test_plain_words_are_read_once(text: str) -> None:
    assert list(DISGUISES.readings(text)) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "m.e  a.h.o.g.o",
        "quiero m0rir",
        "ｎｏ ｐｕｅｄｏ ｒｅｓｐｉｒａｒ",
        "i want to k!ll myself",
        "sangr@ mucho la herida, n0 p@ra de sangrar",
        "n\u200bo r\u200be\u200bspira",
    ],
)
def test_a_disguise_hides_no_danger(text: str) -> None:
    assert FLAGS.rules(text) is not None


def test_an_appointment_spelled_out_is_no_danger() -> None:
    assert FLAGS.rules("c i t a   p a r a   b o t o x") is None
    assert FLAGS.rules("n o  p u e d o  i r  m a ñ a n a") is None


@pytest.mark.parametrize("before", [0, WHOLE, MOST // 2 - 300, MOST - 300])
def test_danger_anywhere_in_a_very_long_message_is_seen(before: int) -> None:
    hello = "Buenas tardes, les escribo por la cita de mi prima. "
    start = (hello * (before // len(hello) + 1))[:before]
    text = f"{start} Mi mamá no puede respirar. {hello * ((MOST - before) // len(hello))}"[:MOST]

    assert FLAGS.rules(text) is not None


async def test_a_very_long_calm_message_costs_a_bounded_time() -> None:
    embedder = LocalEmbedder()
    text = " ".join(
        f"Me gustaría saber el precio número {i} del paquete facial." for i in range(2600)
    )
    begun = time.thread_time()

    alarm = await RedFlags(embedder).screen(text)
    spent = time.thread_time() - begun
    embedder.close()

    assert alarm is None
    assert spent < 3.0  # seconds of the processor
