"""Secrets that are stored: sealed, shown as asterisks, opened for their company and field only."""

import pytest

from tenants.errors import InvalidCompanyError
from tenants.sealing import Sealing
from tenants.secret_fields import masked
from tests.tenants.company_folder import company

KEY, NEWER = "k" * 32, "n" * 40
BENOVA = company(
    "benova",
    chatwoot={
        "api_key": "bot-1",
        "webhook_secrets": ["first", "${CHATWOOT_WEBHOOK_SECRET_BENOVA}"],
    },
    model={"api_key": "sk-1", "name": "m"},
    agenda={"google_credentials": "{}"},
)


def test_a_sealed_company_shows_no_secret_and_opens_as_it_was() -> None:
    sealing = Sealing(KEY)

    sealed = sealing.seal_secrets(BENOVA, None)

    assert not [one for one in ("bot-1", "first", "sk-1") if one in str(sealed)]
    assert sealing.opened(sealed) == BENOVA


def test_what_is_shown_has_asterisks_for_secrets_and_keeps_references() -> None:
    shown = masked(Sealing(KEY).seal_secrets(BENOVA, None))

    assert shown["chatwoot"] == {
        "api_key": "***",
        "webhook_secrets": ["***", "${CHATWOOT_WEBHOOK_SECRET_BENOVA}"],
    }
    assert shown["model"] == {"api_key": "***", "name": "m"}


def test_asterisks_written_back_keep_what_is_stored() -> None:
    sealing = Sealing(KEY)
    sealed = sealing.seal_secrets(BENOVA, None)

    again = sealing.seal_secrets(masked(sealed), sealed)

    assert again == sealed


def test_asterisks_keep_a_plain_secret_of_the_operators_file_sealed() -> None:
    sealing = Sealing(KEY)

    again = sealing.seal_secrets(masked(BENOVA), BENOVA)

    assert "bot-1" not in str(again)
    assert sealing.opened(again) == BENOVA


def test_asterisks_for_nothing_are_refused_by_field() -> None:
    with pytest.raises(InvalidCompanyError) as caught:
        Sealing(KEY).seal_secrets(company("benova", model={"api_key": "***"}), None)

    assert caught.value.fields.keys() == {"model.api_key"}


def test_without_a_key_plain_secrets_are_refused_and_references_are_not() -> None:
    references = company("benova", model={"api_key": "${OPENAI_API_KEY_BENOVA}"})

    kept = Sealing(None).seal_secrets(references, None)
    with pytest.raises(InvalidCompanyError) as caught:
        Sealing(None).seal_secrets(BENOVA, None)

    assert kept == references
    assert list(caught.value.fields) == [
        "chatwoot.api_key",
        "chatwoot.webhook_secrets.0",
        "model.api_key",
        "agenda.google_credentials",
    ]
    assert "SECRET_KEY" in str(caught.value)
    assert "bot-1" not in str(caught.value)


def test_an_older_key_still_opens_and_the_newest_seals() -> None:
    old = Sealing(KEY).seal_secrets(BENOVA, None)

    rotated = Sealing(f"{NEWER}, {KEY}")

    assert rotated.opened(old) == BENOVA
    assert Sealing(NEWER).opened(rotated.seal_secrets(BENOVA, None)) == BENOVA


def test_a_secret_sealed_with_a_lost_key_names_the_field() -> None:
    sealed = Sealing(KEY).seal_secrets(BENOVA, None)

    with pytest.raises(InvalidCompanyError, match=r"model\.api_key: is sealed with a key that"):
        Sealing(NEWER).opened(sealed)


def test_a_sealed_secret_opens_for_no_other_company_and_no_other_field() -> None:
    sealing = Sealing(KEY)
    sealed = sealing.seal_secrets(BENOVA, None)
    stolen = company("medispa", chatwoot=sealed["chatwoot"])
    moved = company("benova", model={"api_key": sealed["chatwoot"]["api_key"]})

    for fields in (stolen, moved):
        with pytest.raises(InvalidCompanyError):
            sealing.opened(fields)
        with pytest.raises(InvalidCompanyError):
            sealing.seal_secrets(fields, None)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(InvalidCompanyError, match="SECRET_KEY: a key has at least 32"):
        Sealing(f"{KEY},short")
