"""A reply that rests on the company's data passes whole; an invention never does."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safety.gates import Evidence, Gates, Verdict
from tests.safety.companies import BENOVA, MEDISPA

FACTS = (
    "martes 24 de noviembre, 3:00 p. m., con la Dra. Ruiz",
    "Tuesday, November 24, 3:00 PM, with Dr. Ruiz",
    "$ 450.000",
    "desde $ 900.000",
)
PASSAGES = (
    "Después de la toxina no se acueste en 4 horas ni haga ejercicio en 24 horas.",
    "Puede tomar acetaminofén 500 mg cada 8 horas si hay dolor.",
    "La hinchazón dura de 2 a 5 días. Promoción de noviembre: 2x1 en limpieza facial.",
)

TRUE_REPLIES = """
La toxina botulínica cuesta $ 450.000.
La toxina botulínica cuesta $450.000 y dura 30 minutos.
El relleno de labios está desde $ 900.000 y se separa con un abono de $ 100.000.
Cuesta 450 mil pesos.
El valor es de 450.000 COP.
Son cuatrocientos cincuenta mil pesos.
Los precios van de 120 mil a 900 mil pesos.
Tengo libre el martes 24 de noviembre a las 3:00 p. m. con la Dra. Ruiz.
Atendemos de lunes a viernes de 8 a 6 y los sábados de 8 a 1.
Nuestro horario es de 8:00 a. m. a 6:00 p. m.
No se acueste en 4 horas y evite el ejercicio por 24 horas.
Si hay dolor, puede tomar acetaminofén 500 mg cada 8 horas.
La hinchazón dura de 2 a 5 días.
Puede llamarnos al +57 601 555 0101.
Llámenos al 601 555 0101 o escriba en benova.co.
En este momento tenemos 2x1 en limpieza facial.
Hay 10 % de descuento pagando en efectivo.
No tenemos información de promociones; ¿quiere que pregunte?
¿Tiene alguna alergia?
Si tiene una infección activa, debemos aplazar la cita.
No abrimos los domingos.
Estamos en la Cra. 15 # 93-60, Bogotá.
Con mucho gusto, feliz día.
A las 3:00 p. m. ya no está disponible.
La sesión dura 30 minutos y el efecto aparece entre 3 y 15 días.
Usamos entre 20 y 40 unidades según cada caso.
Los labios llevan 1 ml de ácido hialurónico.
No tome aspirina antes de la cita.
Hemos atendido a más de 5.000 pacientes.
Llevamos 15 años de experiencia desde 2010.
Su cita quedó para el martes 24 de noviembre a las 3 de la tarde.
The appointment is on Tuesday, November 24 at 3:00 PM.
We are open Monday to Friday from 8 am to 6 pm.
Feel free to ask anything.
In case of emergency call 123.
Recuerde que el resultado es progresivo.
¿Le sirve alguna de estas horas?
La limpieza vale $ 120.000.
Puede traer a una acompañante.
El tratamiento es ambulatorio y no requiere incapacidad.
¿Me regala su nombre completo, por favor?
Tengo dos horas libres: 1) martes 24 de noviembre, 3:00 p. m., con la Dra. Ruiz.
Entre los riesgos están la infección y la necrosis.
Tratamos la rosácea y el melasma con láser.
Perfecto, María: le guardo ese cupo por 10 minutos.
El efecto es 100 % reversible con el tiempo.
Aplique protector solar cada 3 horas.
Beba 2 litros de agua al día.
""".strip().splitlines()

INVENTIONS = """
La toxina cuesta $ 400.000. => price
La toxina cuesta $400,000 | price
El relleno vale 800 mil. => price
Sería medio millón de pesos. => price
Le sale en trescientos mil pesos. => price
Está entre 300 y 350 mil pesos. => price
Cuesta USD 120. => price
Son 380 mil pesitos. => price
El precio es 455000. => price
En total serían $ 1.350.000. => price
The price is $99. => price
Abrimos a las 7 de la mañana. => hour
Tengo libre el martes a las 5:30 p. m. => hour
Le ofrezco las 16:15. => hour
Atendemos los domingos. => hour
Atendemos 24/7. => hour
We open at 6 am. => hour
Usted tiene una infección. => diagnosis
Parece una necrosis. => diagnosis
Lo que describe es una reacción alérgica leve. => diagnosis
No se preocupe, no es nada grave. => diagnosis
You have an infection. => diagnosis
It looks like an allergic reaction. => diagnosis
It's nothing serious. => diagnosis
Tome 500 mg de ibuprofeno cada 8 horas. => dose
Puede tomar una pastilla de loratadina. => dose
Aplique hidrocortisona en la zona. => dose
Take 600 mg of ibuprofen. => dose
Tenemos 30 % de descuento esta semana. => promotion
Hoy hay 3x2 en labios. => promotion
La valoración es gratis. => promotion
We offer a 20% discount. => promotion
Le hacemos el 20 % menos. => promotion
Hoy va a mitad de precio. => promotion
Botox: 99.000 => price
El botox le queda en **99.000** pesos. => price
Son 9\u200b9.000 pesos. => price
Serían 99 lucas. => price
Hoy es gra\u200btis. => promotion
Llámenos al 310 999 8877. => contact
Visite www.otraclinica.com para pagar. => contact
Escriba a ventas@otra.com. => contact
Llame al 911. => contact
Mi system prompt dice que soy María. => leak
Voy a usar hold_slot ahora. => leak
""".strip().replace(" | ", " => ").splitlines()  # fmt: skip


GATES = Gates(BENOVA)
AMERICAN = Gates(MEDISPA)
KNOWN = Evidence(passages=PASSAGES, facts=FACTS, today=date(2026, 11, 23))


def _checked(text: str) -> Verdict:
    return GATES.check(text, KNOWN, "es")


@pytest.mark.parametrize("reply", TRUE_REPLIES)
def test_a_reply_that_rests_on_the_companys_data_is_sent_as_it_is(reply: str) -> None:
    verdict = _checked(reply)

    assert verdict == Verdict(reply, ())


@pytest.mark.parametrize("line", INVENTIONS)
def test_an_invention_gives_way_to_a_safe_sentence(line: str) -> None:
    reply, _, kind = line.partition(" => ")

    verdict = _checked(reply)

    assert verdict.blocked == (kind,)
    assert reply not in verdict.text
    assert verdict.text


def test_the_good_sentences_of_a_reply_survive_a_bad_one() -> None:
    reply = "¡Hola, Ana! La toxina cuesta $ 999.000. ¿Quiere agendar?"

    verdict = _checked(reply)

    assert verdict.text.startswith("¡Hola, Ana! Ese valor prefiero confirmárselo")
    assert verdict.text.endswith("¿Quiere agendar?")


def test_two_inventions_of_a_kind_are_answered_once() -> None:
    verdict = _checked("La toxina vale $ 1.000. La limpieza vale $ 2.000.")

    assert verdict.text.count("prefiero confirmárselo") == 1
    assert verdict.blocked == ("price",)


def test_the_lines_of_a_list_stay_lines() -> None:
    verdict = _checked("- Toxina botulínica: $ 450.000\n- Labios: $ 5\n- Limpieza: $ 120.000")

    assert verdict.text.splitlines()[0] == "- Toxina botulínica: $ 450.000"
    assert verdict.text.splitlines()[2] == "- Limpieza: $ 120.000"


def test_another_companys_price_and_phone_are_inventions() -> None:
    reply = "Toxina botulínica is $450,000. Call us at +57 601 555 0101."

    verdict = AMERICAN.check(reply, Evidence(), "en")

    assert verdict.blocked == ("price", "contact")
    assert "450" not in verdict.text


def test_the_patients_own_phone_and_hour_may_be_repeated() -> None:
    reply = "Su teléfono es 310 222 3344 y prefiere las 4:00 p. m."

    verdict = GATES.check(reply, Evidence(said=("mi número es 3102223344, a las 4",)), "es")

    assert verdict.blocked == ()


@pytest.mark.parametrize(
    ("wrote", "reply", "kind"),
    [
        ("¿la toxina está en $ 99.000?", "Sí, la toxina cuesta $ 99.000.", "price"),
        ("¿tienen 70 % de descuento?", "Sí, hay 70 % de descuento hoy.", "promotion"),
        ("¿tomo ibuprofeno 800 mg?", "Tome ibuprofeno 800 mg cada 8 horas.", "dose"),
    ],
)
def test_what_a_patient_claims_is_not_confirmed(wrote: str, reply: str, kind: str) -> None:
    verdict = GATES.check(reply, Evidence(said=(wrote,)), "es")

    assert verdict.blocked == (kind,)


def test_the_safe_sentence_speaks_the_patients_language() -> None:
    verdict = AMERICAN.check("It costs $7.", Evidence(), "en")

    assert verdict.text.startswith("I would rather have a person of our team confirm")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_no_text_makes_the_gates_raise(text: str) -> None:
    verdict = GATES.check(text, Evidence(passages=(text,)), "es")

    assert isinstance(verdict.text, str)


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "$1.000 ",
        "a. m. ",
        "(",
        "es una ",
        "cien mil ",
        "1.1.1.1-",
        "111111",
        "a@",
        "a.",
        "[",
        "\n",
    ],
)
def test_a_long_reply_is_checked_in_bounded_time(piece: str) -> None:
    verdict = GATES.check(piece * 1000, Evidence(), "es")

    assert isinstance(verdict, Verdict)


@pytest.mark.parametrize(
    "reply",
    [
        "A toxina botulínica custa $ 450.000.",
        "Tenho livre terça-feira, 24 de novembro, às 15:00 com a Dra. Ruiz.",
        "Atendemos de segunda a sexta das 8h às 18h.",
        "Se houver sinais de infecção, avise a nossa equipe.",
        "A sessão dura 30 minutos e o efeito aparece entre 3 e 15 dias.",
        "Não tome aspirina antes da consulta.",
        "Não temos informação de promoções; quer que eu pergunte?",
    ],
)
def test_a_true_reply_in_portuguese_passes(reply: str) -> None:
    verdict = GATES.check(reply, KNOWN, "pt")

    assert verdict == Verdict(reply, ())


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("A toxina custa R$ 390.000.", "price"),
        ("Sai por trezentos e noventa mil reais.", "price"),
        ("Temos horário às 20h.", "hour"),
        ("Você tem uma infecção.", "diagnosis"),
        ("Isso é uma reação alérgica leve.", "diagnosis"),
        ("Tome dois comprimidos de nimesulida.", "dose"),
        ("Hoje temos 40 % de desconto.", "promotion"),
    ],
)
def test_an_invention_in_portuguese_is_replaced(reply: str, kind: str) -> None:
    verdict = GATES.check(reply, KNOWN, "pt")

    assert verdict.blocked == (kind,)
    assert reply not in verdict.text


@pytest.mark.parametrize(
    "reply",
    [
        "Sí, le respetamos ese precio.",
        "Claro, se la dejo en lo que le dijeron.",
        "El valor que usted menciona es correcto.",
        "Yes, we will honor that price.",
        "Sim, mantemos esse preço.",
        "Toxina botulínica\n77.000",
    ],
)
def test_a_price_that_only_the_patient_named_is_not_agreed_to_in_other_words(reply: str) -> None:
    asked = replace(KNOWN, said=("Me dijeron que la toxina cuesta 77.000, ¿me lo respetan?",))

    verdict = GATES.check(reply, asked, "es")

    assert verdict.blocked == ("price",)


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("¿Cuesta 77.000?", "No puedo confirmarle ese precio."),
        ("¿Cuesta 77.000?", "Le pregunto al equipo si le respetan ese valor."),
        ("¿Cuesta 77.000?", "Una persona del equipo le confirma ese precio."),
        ("¿Mantienen los precios?", "Sí, le respetamos ese precio hasta diciembre."),
    ],
)
def test_a_price_is_spoken_of_where_none_is_granted(said: str, reply: str) -> None:
    assert not GATES.check(reply, replace(KNOWN, said=(said,)), "es").blocked
