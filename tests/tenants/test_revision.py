"""A revision changes with whatever changes."""

from collections.abc import Iterator

import pytest
from pydantic import BaseModel, SecretStr

from tenants import tenant as tenant_module
from tenants.ids import CompanyId
from tenants.offer import AgendaRules
from tenants.on_call import OnCall
from tenants.revision import revised
from tenants.tenant import ChatModel, ChatwootConnection, Tenant


def benova(**fields: object) -> Tenant:
    whole = {"company_id": CompanyId("benova"), "company_name": "Benova", **fields}
    return revised(Tenant.model_validate(whole))


def test_the_same_company_has_the_same_revision() -> None:
    assert benova().revision == benova().revision
    assert len(benova().revision) == 64


def test_a_revision_does_not_depend_on_the_one_before() -> None:
    assert revised(benova()).revision == benova().revision


@pytest.mark.parametrize(
    "change",
    [
        {"company_name": "Benova Norte"},
        {"model": ChatModel(api_key=SecretStr("one"))},
        {"model": ChatModel(api_key=SecretStr("two"))},
        {"agenda": AgendaRules(google_credentials=SecretStr("one"))},
        {"agenda": AgendaRules(google_credentials=SecretStr("two"))},
        {"on_call": OnCall(twilio_token=SecretStr("one"))},
        {"on_call": OnCall(twilio_token=SecretStr("two"))},
        {"chatwoot": ChatwootConnection(api_key=SecretStr("one"))},
        {"chatwoot": ChatwootConnection(webhook_token=SecretStr("one"))},
        {"chatwoot": ChatwootConnection(webhook_secrets=(SecretStr("one"),))},
        {"chatwoot": ChatwootConnection(webhook_secrets=(SecretStr("two"),))},
        {"chatwoot": ChatwootConnection(webhook_secrets=(SecretStr("one"), SecretStr("two")))},
    ],
)
def test_any_change_makes_another_revision(change: dict[str, object]) -> None:
    assert benova(**change).revision != benova().revision


def test_two_secrets_do_not_look_like_one() -> None:
    one = benova(chatwoot=ChatwootConnection(webhook_secrets=(SecretStr("ab"), SecretStr("c"))))
    other = benova(chatwoot=ChatwootConnection(webhook_secrets=(SecretStr("a"), SecretStr("bc"))))

    assert one.revision != other.revision


def secrets() -> Iterator[str]:
    for part in vars(tenant_module).values():
        if isinstance(part, type) and issubclass(part, BaseModel):
            for name, about in part.model_fields.items():
                if "SecretStr" in str(about.annotation):
                    yield f"{part.__name__}.{name}"


def test_every_secret_that_a_company_can_have_is_known_to_the_revision() -> None:
    assert sorted(secrets()) == [
        "AgendaRules.google_credentials",
        "ChatModel.api_key",
        "ChatwootConnection.api_key",
        "ChatwootConnection.webhook_secrets",
        "ChatwootConnection.webhook_token",
        "OnCall.pagerduty_routing_key",
        "OnCall.pagerduty_webhook_secret",
        "OnCall.twilio_token",
        "OnCall.webhook_secret",
        "OnCall.webhook_token",
    ]
