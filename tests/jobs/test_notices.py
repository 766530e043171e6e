"""A patient reads once how the clinic treats their data, and it is kept when."""

from jobs.consents import Consents
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, LAURA, House, reply_to

WORDS = "Tratamos sus datos según nuestra política: benova.example/datos"


async def test_the_notice_stands_before_the_first_answer_and_is_not_repeated(
    house: House, writes: Writing
) -> None:
    house.companies.change(BENOVA, privacy_notice={"es": WORDS})
    house.desk.script = lambda turn: reply_to(turn, "Con gusto.")

    await writes("Hola")
    await house.answer()
    await writes("Gracias")
    await house.answer()

    assert house.chatwoot.sent() == [WORDS, "Con gusto.", "Con gusto."]


async def test_what_was_read_is_kept_with_its_moment(house: House, writes: Writing) -> None:
    house.companies.change(BENOVA, privacy_notice={"es": WORDS})
    await writes("Hola")

    await house.answer()

    consents = Consents(house.redis, house.clock)
    kept = await consents.of(house.companies.find(BENOVA), LAURA)
    assert [(one.text, one.how) for one in kept] == [(WORDS, "notice")]
    assert kept[0].at == house.clock().isoformat()


async def test_words_that_changed_are_told_anew(house: House, writes: Writing) -> None:
    house.companies.change(BENOVA, privacy_notice={"es": WORDS})
    await writes("Hola")
    await house.answer()

    house.companies.change(BENOVA, privacy_notice={"es": "Política nueva."})
    await writes("¿Y el precio?")
    await house.answer()

    assert "Política nueva." in house.chatwoot.sent()


async def test_nobody_in_danger_reads_a_notice_first(house: House, writes: Writing) -> None:
    house.companies.change(BENOVA, privacy_notice={"es": WORDS})

    await writes("no puedo respirar")
    await house.answer()

    assert WORDS not in house.chatwoot.sent()
    assert house.chatwoot.sent() != []
