"""A webhook is believed when somebody who knows a secret signed these very bytes, lately."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations.chatwoot_signature import SignatureError, signature_of, verify

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
BODY = '{"content":"¿cuánto? \\u003cb\\u003e"}'.encode()
SECRETS = ["older", "secretBENOVA"]


def test_a_signature_is_what_chatwoot_makes() -> None:
    made = signature_of("botsecret", "1781784423", b'{"id":1}')

    assert made == "sha256=c15706ececc19e4269932a45c23b37ef79d88f3f38fc32a1fbe625ce37b86f83"


@pytest.mark.parametrize("secret", SECRETS)
def test_any_of_the_secrets_will_do(secret: str) -> None:
    verify(
        BODY, signature=signature_of(secret, STAMP, BODY), timestamp=STAMP, secrets=SECRETS, now=NOW
    )


@pytest.mark.parametrize("at", range(0, len(BODY), 7))
def test_one_changed_byte_is_noticed(at: int) -> None:
    changed = BODY[:at] + bytes([BODY[at] ^ 1]) + BODY[at + 1 :]
    signature = signature_of("secretBENOVA", STAMP, BODY)

    with pytest.raises(SignatureError, match="does not fit"):
        verify(changed, signature=signature, timestamp=STAMP, secrets=SECRETS, now=NOW)


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_an_old_signature_is_refused(seconds: int) -> None:
    stamp = str(int((NOW + timedelta(seconds=seconds)).timestamp()))
    signature = signature_of("secretBENOVA", stamp, BODY)

    with pytest.raises(SignatureError, match="too old"):
        verify(BODY, signature=signature, timestamp=stamp, secrets=SECRETS, now=NOW)


@pytest.mark.parametrize(
    ("signature", "stamp"),
    [
        ("", STAMP),
        (signature_of("secretBENOVA", STAMP, BODY), ""),
        (signature_of("secretBENOVA", STAMP, BODY), str(int(STAMP) + 1)),
        (signature_of("secretMEDISPA", STAMP, BODY), STAMP),
        (signature_of("", STAMP, BODY), STAMP),
        (signature_of("secretBENOVA", STAMP, BODY).removeprefix("sha256="), STAMP),
        ("sha256=ñ", STAMP),
        (signature_of("secretBENOVA", "٣", BODY), "٣"),
        (signature_of("secretBENOVA", "9" * 400, BODY), "9" * 400),
    ],
)
def test_everything_else_is_refused(signature: str, stamp: str) -> None:
    with pytest.raises(SignatureError):
        verify(BODY, signature=signature, timestamp=stamp, secrets=["", *SECRETS], now=NOW)


def test_without_a_secret_nothing_is_believed() -> None:
    with pytest.raises(SignatureError):
        verify(BODY, signature=signature_of("", STAMP, BODY), timestamp=STAMP, secrets=[], now=NOW)
