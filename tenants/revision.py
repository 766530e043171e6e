"""A digest of everything a company is, so that what was built for it can be told stale."""

from hashlib import sha256

from pydantic import SecretStr

from tenants.tenant import Tenant


def revised(tenant: Tenant) -> Tenant:
    """Return the company with its revision: SHA-256 over all other fields, secret values included."""
    digest = sha256(tenant.model_dump_json(exclude={"revision"}).encode())
    for secret in _secrets(tenant):
        # JSON shows a secret as asterisks; its own digest has one length, so no two lists look alike.
        digest.update(sha256(secret.get_secret_value().encode()).digest() if secret else b"-")
    return tenant.model_copy(update={"revision": digest.hexdigest()})


def _secrets(tenant: Tenant) -> tuple[SecretStr | None, ...]:
    chatwoot, on_call = tenant.chatwoot, tenant.on_call
    return (
        tenant.model.api_key,
        tenant.agenda.google_credentials,
        on_call.pagerduty_routing_key,
        on_call.pagerduty_webhook_secret,
        on_call.webhook_secret,
        on_call.webhook_token,
        on_call.twilio_token,
        chatwoot.api_key,
        chatwoot.webhook_token,
        *chatwoot.webhook_secrets,
    )
