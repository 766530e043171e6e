"""What a model says with the shipped companies' data, and what it invents beside it."""

from datetime import date
from functools import cache

import pytest

from safety.gates import KINDS, Evidence, Gates, Verdict
from tests.safety.companies import shipped
from tests.safety.replies import Case, Written, replies

SUNDAY = date(2026, 11, 22)
TRUE = [one for one in replies() if not one.kind]
INVENTED = [one for one in replies() if one.kind]


@cache
def _gates(company_id: str) -> Gates:
    return Gates(shipped(company_id))


def _checked(text: str, case: Case) -> Verdict:
    evidence = Evidence(
        passages=case.passages, facts=case.facts, said=case.said, acted=case.acted, today=SUNDAY
    )
    return _gates(case.tenant.company_id).check(text, evidence, case.language)


def _words(one: Written) -> str:
    return one.text


@pytest.mark.parametrize("written", TRUE, ids=_words)
def test_what_rests_on_the_data_is_sent_as_it_is(written: Written) -> None:
    verdict = _checked(written.text, written.case)

    assert verdict == Verdict(written.text)


@pytest.mark.parametrize("written", INVENTED, ids=_words)
def test_what_was_invented_is_not_sent(written: Written) -> None:
    verdict = _checked(written.text, written.case)

    assert written.text not in verdict.text
    assert set(verdict.blocked) <= set(KINDS)
    assert verdict.refused == (written.text,)
