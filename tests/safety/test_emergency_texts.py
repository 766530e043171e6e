"""What a patient in danger reads."""

from typing import get_args

import pytest

from safety.alarm import GROUPS, Alarm, Group, Level
from safety.emergency_texts import follow_up_for, summary_for, text_for
from tenants.tenant import Language
from tests.safety.companies import BENOVA, MEDISPA

LIMIT = 1500  # characters that fit one message of every channel


def _alarm(group: Group = "vision", level: Level = "emergency") -> Alarm:
    return Alarm(group=group, level=level, evidence=("no", "veo"), source="rules")


TOLD = {"es": "avisada", "en": "alerted", "pt": "avisada"}


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("group", GROUPS)
def test_every_group_says_to_call_and_that_a_person_was_told(
    group: Group, language: Language
) -> None:
    text = text_for(BENOVA, _alarm(group), language)

    assert "*123*" in text
    assert TOLD[language] in text
    assert "$" not in text
    assert len(text) < LIMIT


@pytest.mark.parametrize("group", [group for group in GROUPS if group != "self_harm"])
def test_an_urgent_text_does_not_tell_to_call_the_emergency_number(group: Group) -> None:
    text = text_for(BENOVA, _alarm(group, "urgent"), "es")

    assert "123" not in text
    assert "hoy" in text
    assert "+57 300 555 0100" in text


@pytest.mark.parametrize("written", ["", "  \n", "No pasa nada, tranquila."])
def test_no_company_can_keep_from_a_patient_whom_to_call(written: str) -> None:
    plan = BENOVA.emergency.model_copy(update={"texts": {"vision": written}})
    tenant = BENOVA.model_copy(update={"emergency": plan})

    text = text_for(tenant, _alarm("vision"), "es")

    assert text == f"{written.strip()}\n\n{text_for(BENOVA, _alarm('vision'), 'es')}".strip()


def test_self_harm_is_answered_with_care_and_the_helpline() -> None:
    text = text_for(BENOVA, _alarm("self_harm"), "es")

    assert text.startswith("Gracias por contarlo")
    assert "*106*" in text


def test_a_company_without_phones_names_none() -> None:
    text = text_for(MEDISPA, _alarm("self_harm"), "en")

    assert "helpline" not in text
    assert "*911*" in text


def test_a_companys_own_text_wins_and_its_unknown_slots_stay() -> None:
    text = text_for(MEDISPA, _alarm(), "en")

    assert text == "Call 911. MediSpa knows. Fee: $5, $unknown."


def test_a_companys_text_without_language_serves_every_other_language() -> None:
    assert text_for(MEDISPA, _alarm(), "es") == "Llame al 911 ya."


def test_one_companys_text_is_never_anothers() -> None:
    assert text_for(BENOVA, _alarm(), "en") != text_for(MEDISPA, _alarm(), "en")


def test_who_writes_on_reads_that_somebody_comes() -> None:
    assert "*123*" in follow_up_for(BENOVA, "es")
    assert "*911*" in follow_up_for(MEDISPA, "en")


@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_who_writes_on_about_self_harm_reads_the_helpline_again(language: Language) -> None:
    assert "*106*" in follow_up_for(BENOVA, language, "self_harm")
    assert "*106*" not in follow_up_for(BENOVA, language, "allergy")


def test_the_staff_reads_kind_words_and_source_on_one_line() -> None:
    alarm = Alarm(group="vision", level="urgent", evidence=("no\nveo", "$number"), source="rules")

    line = summary_for(alarm, "es")

    assert (
        line
        == "URGENTE: Cambio en la visión. Palabras del paciente: «no veo $number» (por reglas)."
    )
