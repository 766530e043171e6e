"""No emergency is missed, and few messages are taken for one."""

import asyncio
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.local_embedder import LocalEmbedder
from safety.alarm import Alarm
from safety.red_flags import RedFlags
from tests.safety.corpus_files import messages

DANGER = [
    *messages("danger.txt"),
    *messages("unseen_danger.txt"),
    *messages("danger.pt.txt"),
    *messages("danger_by_another.txt"),
    *messages("danger_blind.txt"),
]
HARMLESS = [
    *messages("harmless.txt"),
    *messages("unseen_harmless.txt"),
    *messages("harmless.pt.txt"),
    *messages("harmless_by_another.txt"),
    *messages("harmless_blind.txt"),
]
FALSE_ALARMS = 0.02
RULES_RECALL = 0.97  # of the rules alone, when the embedder is down

FLAGS = RedFlags(None)


@pytest.fixture(scope="module")
def embedder() -> Iterator[LocalEmbedder]:
    local = LocalEmbedder()
    yield local
    local.close()


@pytest.fixture(scope="module")
def raised() -> list[str]:
    """The dangers of the corpus that the rules see."""
    return [line for _, line in DANGER if FLAGS.rules(line) is not None]


def _rank(alarm: Alarm | None) -> int:
    return {"emergency": 0, "urgent": 1}[alarm.level] if alarm else 2


async def test_every_danger_of_the_corpus_raises_an_alarm(embedder: LocalEmbedder) -> None:
    flags = RedFlags(embedder)

    alarms = await asyncio.gather(*(flags.screen(line) for _, line in DANGER))

    missed = [line for (_, line), alarm in zip(DANGER, alarms, strict=True) if alarm is None]
    assert missed == []


def test_the_rules_alone_raise_nearly_all_of_them(raised: list[str]) -> None:
    missed = [line for _, line in DANGER if line not in raised]

    assert len(missed) <= (1 - RULES_RECALL) * len(DANGER), missed


async def test_harmless_messages_rarely_raise_an_alarm(embedder: LocalEmbedder) -> None:
    flags = RedFlags(embedder)

    alarms = await asyncio.gather(*(flags.screen(line) for _, line in HARMLESS))

    false = [line for (_, line), alarm in zip(HARMLESS, alarms, strict=True) if alarm]
    assert len(false) <= FALSE_ALARMS * len(HARMLESS), false


@pytest.mark.parametrize(
    "text",
    [
        "no tengo dolor ni fiebre",
        "No tengo fiebre, ni pus, ni enrojecimiento.",
        "sin dolor de pecho ni falta de aire",
        "ya no me duele el pecho",
        "nunca he tenido convulsiones",
        "no me ha salido sangre",
        "tampoco tengo el labio morado",
        "niego fiebre, mareo y sangrado",
        "no estoy sangrando",
        "I don't have chest pain",
        "no swelling and no fever",
        "it is not bleeding",
        "without any pain or pus",
        "não tenho dor no peito nem falta de ar",
        "não estou sangrando",
        "no me duele nada y respiro bien",
        "nunca me he desmayado en una inyección",
        "sem febre nem pus",
    ],
)
def test_what_is_denied_raises_nothing(text: str) -> None:
    assert FLAGS.rules(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "no puedo respirar",
        "no veo del ojo derecho",
        "no para de sangrar",
        "no despierta",
        "no siento el brazo",
        "no tengo pulso",
        "sin aire",
        "no aguanto el dolor",
        "No tengo fiebre pero me falta el aire",
        "no tengo fiebre, me duele el pecho",
        "no tengo fiebre me duele mucho el pecho",
        "No tengo fiebre. Me duele el pecho.",
        "no tengo pus\nel labio se me puso morado con el relleno",
        "no sé qué hacer, me falta el aire",
        "no es nada pero veo borroso del ojo",
        "no estoy bien, me duele el pecho",
        "no tengo cómo ir, mi mamá no respira",
        "I have no fever but I can't breathe",
        "not sure but my lip turned white after filler",
        "não tenho febre mas não consigo respirar",
        "sem ar",
        "não sei o que fazer, está faltando ar",
    ],
)
def test_a_no_that_denies_nothing_hides_nothing(text: str) -> None:
    assert FLAGS.rules(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "me muero por hacerme los labios",
        "muero de ganas de ir",
        "es urgente saber el precio",
        "me mata el precio",
        "casi me desmayo del precio",
        "casi me da un infarto con la cotización",
        "me quedé ciega con esa luz jaja",
        "cuesta un ojo de la cara",
        "me muero de la risa",
        "ese tratamiento quema grasa?",
        "no veo la hora de ir",
        "me ahogo en deudas",
        "I'm dying to try it",
        "those results are to die for",
        "that price gave me a heart attack",
        "morro de vontade de fazer os lábios",
        "custa os olhos da cara",
        "quase infartei com o orçamento",
        "im dying 😂😂",
        "me muero 🤣",
        "morri kkkk",
    ],
)
def test_an_idiom_raises_nothing(text: str) -> None:
    assert FLAGS.rules(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "¿la toxina puede causar ceguera?",
        "qué pasa si me da fiebre?",
        "hay riesgo de necrosis?",
        "hace 5 años tuve un infarto, ¿puedo hacerme botox?",
        "vi en las noticias que una señora quedó ciega",
        "me contaron que a una chica se le puso negra la nariz",
        "me da miedo quedar con la cara torcida",
        "tienen tratamiento para parálisis facial?",
        "can filler cause necrosis?",
        "I read that a woman went blind",
        "I had a stroke ten years ago, can I get botox?",
        "a toxina pode causar cegueira?",
        "vi no jornal que uma mulher ficou cega",
        "há 5 anos tive um infarto, posso fazer botox?",
    ],
)
def test_a_question_a_story_or_the_past_raises_nothing(text: str) -> None:
    assert FLAGS.rules(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "y si me falta el aire qué hago",
        "leí que puede dar ceguera y hoy veo borroso de un ojo",
        "mi hermana salió de la clínica y se desplomó",
        "vi en tiktok que es grave, tengo el labio blanco después del relleno",
        "hace 2 meses me puse relleno y ahora tengo la nariz negra",
        "¿es normal que el labio se ponga morado y duela mucho después del relleno?",
        "me da miedo, no puedo respirar",
        "me muero 😭",
        "me muero de dolor 😂",
        "im dying 😂 i cant breathe",
        "no puedo 😂😂😂😂 respirar",
        "I read it is dangerous and now my lip is turning purple",
        "li que pode dar cegueira e hoje vejo embaçado de um olho",
        "é normal o lábio ficar roxo e doer muito depois do preenchimento?",
    ],
)
def test_a_frame_does_not_hide_what_happens_now(text: str) -> None:
    assert FLAGS.rules(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "tengo un leve moretón donde me inyectaron",
        "los labios un poquito hinchados al día siguiente",
        "sensibilidad dental después del blanqueamiento",
        "ardor leve después del peeling",
        "a mi mamá le van a sacar dos muelas, ¿hay parqueadero? ella camina muy mal",
        "me quedó un punto rojo en la frente",
        "a bit of swelling the day after",
    ],
)
def test_a_mild_expected_effect_raises_nothing(text: str) -> None:
    assert FLAGS.rules(text) is None


@pytest.mark.parametrize(
    ("text", "group", "level"),
    [
        ("se me cayó el párpado 5 días después del bótox", "vision", "urgent"),
        ("se le torció la boca y no puede hablar", "stroke", "emergency"),
        ("me salió pus de los puntos", "infection", "urgent"),
        ("me sale pus de la herida y tengo fiebre", "infection", "emergency"),
        ("me quiero morir", "self_harm", "emergency"),
        ("mi hija se tragó una pila", "ingestion", "emergency"),
        ("siento que me voy a desmayar", "unconscious", "urgent"),
        ("my throat is closing", "allergy", "emergency"),
        ("me sacaron la muela y no para de sangrar", "bleeding", "emergency"),
        ("mi niño se golpeó el diente y se le partió", "airway", "urgent"),
        ("el láser me dio en el ojo y me duele", "burn", "emergency"),
    ],
)
def test_the_group_and_the_level_fit_the_danger(text: str, group: str, level: str) -> None:
    alarm = FLAGS.rules(text)

    assert alarm is not None
    assert (alarm.group, alarm.level) == (group, level)


@pytest.mark.parametrize(
    "text",
    [
        "NO PUEDO RESPIRAR",
        "nooo puedooo respiraaar",
        "n puedo respirar",
        "no pudeo respirar",
        "no puedo respirrar bien",
        "no puedo resprar",
        "noo puedo   respirar!!!",
        "𝗻𝗼 𝗽𝘂𝗲𝗱𝗼 𝗿𝗲𝘀𝗽𝗶𝗿𝗮𝗿",
        "no\npuedo\nrespirar",
        "me falta l aire 😭😭",
        "me duele el pexo",
        "toy sangrando muxo",
        "m siento q m ahogo",
        "N CONSIGO RESPIRAR",
        "nao consigu respira",
        "to com falta d ar",
        "mt dor no peito",
    ],
)
def test_haste_does_not_hide_danger(text: str) -> None:
    assert FLAGS.rules(text) is not None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("hola una pregunta ", ""),
        ("quería saber si es normal que ", ""),
        ("me da miedo, ", ""),
        ("quiero saber qué hago, ", ""),
        ("me dijeron que les escribiera porque ", ""),
        ("leí en google que es malo y ", ""),
        ("hace 3 meses me operé y ", ""),
        ("necesito un tratamiento para esto, ", ""),
        ("no sé si es grave pero ", ""),
        ("", ", es normal?"),
        ("", ", qué puede ser?"),
        ("", " puede ser una infección?"),
        ("", " cuánto vale la consulta"),
        ("", ", no tengo a quién preguntar"),
    ],
)
def test_polite_words_around_it_hide_hardly_any_danger(
    raised: list[str], before: str, after: str
) -> None:
    hidden = [line for line in raised if FLAGS.rules(f"{before}{line}{after}") is None]

    assert len(hidden) <= 0.05 * len(raised), hidden


def test_the_evidence_is_the_patients_own_words() -> None:
    alarm = FLAGS.rules("Hola. NO puedo respirár bien")

    assert alarm is not None
    assert alarm.evidence == ("NO", "puedo", "respirár")
    assert alarm.source == "rules"


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    danger=st.sampled_from([line for _, line in DANGER]),
    harmless=st.sampled_from([line for _, line in HARMLESS]),
    joint=st.sampled_from(["\n", ". ", "! ", "\n\n"]),
    first=st.booleans(),
)
def test_harmless_words_beside_it_never_lower_an_alarm(
    danger: str, harmless: str, joint: str, first: bool
) -> None:
    alone = FLAGS.rules(danger)

    text = joint.join((danger, harmless) if first else (harmless, danger))

    assert _rank(FLAGS.rules(text)) <= _rank(alone)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_no_text_makes_the_rules_raise_an_error(text: str) -> None:
    alarm = FLAGS.rules(text)

    assert alarm is None or alarm.evidence


@pytest.mark.parametrize(
    "text",
    [
        "no " * 3400,
        "a" * 10_000,
        "ab" * 5000,
        "no tengo\n" * 1100,
        "me duele el labio blanco " * 400,
        "¿" * 10_000,
        "\u0301" * 10_000,
        "😭" * 10_000,
        "x " * 200_000,
    ],
)
def test_a_huge_message_is_read_in_bounded_time(text: str) -> None:
    begun = time.thread_time()

    FLAGS.rules(text)

    assert time.thread_time() - begun < 1.0  # seconds of the processor, which others want too


@pytest.mark.parametrize(
    "piece", ["¿que pasa si ", "vi en las noticias que ", "hace cinco años, ", "m-u-e-r-o ", "no, "]
)
def test_what_a_message_costs_grows_no_faster_than_its_length(piece: str) -> None:
    def cost(length: int) -> float:
        times = []
        for _ in range(3):
            begun = time.thread_time()
            FLAGS.rules((piece * length)[:length])
            times.append(time.thread_time() - begun)
        return min(times)

    short, long = cost(4_000), cost(16_000)

    assert long < 8 * short  # Four times the length; a square would be sixteen times.


def test_danger_at_the_end_of_a_huge_message_is_seen() -> None:
    assert FLAGS.rules("hola " * 100_000 + "no puedo respirar") is not None


def test_who_booked_gasps_for_nothing() -> None:
    flags = RedFlags(None)

    booked = flags.rules("I booked under my husband's name")
    gasping = flags.rules("mi mamá está boqueando")

    assert booked is None
    assert gasping is not None
    assert gasping.group == "breathing"
