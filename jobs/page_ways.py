"""How somebody is reached, each way under one roof: PagerDuty, a signed webhook, a call, an SMS, an inbox."""

from collections.abc import Mapping
from urllib.parse import urlencode

import httpx
from pydantic import SecretStr

from integrations.chatwoot_answers import SYSTEM, NotForBotsError
from integrations.clock import Clock
from integrations.errors import IntegrationError
from integrations.guarded_http import GuardedHttp
from integrations.pagerduty import Incident, PagerDuty
from integrations.signed_webhook import SignedWebhook
from integrations.twilio import Twilio, spoken
from jobs.chatwoots import Chatwoots
from jobs.page import Page
from jobs.page_words import PageText, page_text, voice_of
from tenants.on_call import OnCallStep
from tenants.tenant import Tenant

PREFIX = "clinicdesk-"
"""Begins the key of an incident."""
LISTENING = ("pagerduty", "webhook")
"""Ways that want to know when somebody has answered."""


class PageWays:
    """Reaches people, whichever way their company chose; raises IntegrationError when nobody was."""

    def __init__(
        self,
        *,
        pagerduty: httpx.AsyncClient,
        twilio: httpx.AsyncClient,
        guarded: GuardedHttp,
        chatwoots: Chatwoots,
        public_url: str,
        clock: Clock,
    ) -> None:
        """Take the connections, which whoever opened them closes, and how we are reached from outside."""
        self._pagerduty_http = pagerduty
        self._twilio_http = twilio
        self._guarded = guarded
        self._chatwoots = chatwoots
        self._public_url = public_url
        self._clock = clock

    async def send(self, tenant: Tenant, page: Page, step: OnCallStep, number: int) -> None:
        """Page by one step; the same number again is the same page where the way can tell."""
        text = page_text(
            tenant,
            page.group,
            test=page.test,
            see=_conversation_url(tenant, page),
            acknowledge=self._link(page, "acknowledge", number),
        )
        if step.way == "pagerduty":
            await self._pagerduty(tenant).trigger(_key(page), self._incident(tenant, page, number))
        elif step.way == "webhook":
            event = {
                **self._event(tenant, page, "page"),
                "attempt": number + 1,
                "acknowledge_url": self._link(page, "acknowledge", number),
                "title": text.title,
                "message": text.message,
            }
            await self._post(tenant, f"{page.page_id}-{number}", event)
        elif step.way == "call":
            said = spoken(text.said, voice_of(tenant), self._link(page, "called", number))
            await self._twilio(tenant).call(step.to, said)
        elif step.way == "sms":
            await self._twilio(tenant).text(step.to, text.written)
        else:
            await self._inbox(tenant, step.conversation or 0, text, f"{page.page_id}-{number:x}")

    async def tell(self, tenant: Tenant, page: Page, way: str) -> None:
        """Tell a way that listens what became of a page; the same state twice is once."""
        if not tenant.on_call.has("pagerduty" if way == "pagerduty" else "webhook"):
            return
        if way == "webhook":
            event = {**self._event(tenant, page, page.state), "answered_by": page.answered_by}
            await self._post(tenant, f"{page.page_id}-{page.state}", event)
        elif page.state == "acknowledged":
            await self._pagerduty(tenant).change(_key(page), "acknowledge")
        elif page.state == "resolved":
            await self._pagerduty(tenant).change(_key(page), "resolve")

    def _incident(self, tenant: Tenant, page: Page, number: int) -> Incident:
        acknowledge = self._link(page, "acknowledge", number)
        text = page_text(tenant, page.group, test=page.test, see="", acknowledge=acknowledge)
        return Incident(
            summary=f"{text.title}. {text.message}",
            source=tenant.company_id,
            kind=page.group,
            at=page.opened_at,
            client="Chatwoot",
            link=_conversation_url(tenant, page),
            acknowledge=acknowledge,
        )

    def _event(self, tenant: Tenant, page: Page, event: str) -> Mapping[str, object]:
        return {
            "event": event,
            "test": page.test,
            "page_id": page.page_id,
            "company_id": tenant.company_id,
            "company": tenant.company_name,
            "level": page.level,
            "group": page.group,
            "opened_at": page.opened_at.isoformat(),
            "conversation_url": _conversation_url(tenant, page) or None,
        }

    async def _post(self, tenant: Tenant, event_id: str, event: Mapping[str, object]) -> None:
        plan = tenant.on_call
        secret, token = _revealed(plan.webhook_secret), _revealed(plan.webhook_token)
        webhook = SignedWebhook(plan.webhook_url, secret, token, self._guarded)
        await webhook.send(event_id, event, now=self._clock())

    async def _inbox(self, tenant: Tenant, conversation: int, text: PageText, attempt: str) -> None:
        """Write to whoever is on call in a conversation of the company's own Chatwoot."""
        chatwoot = self._chatwoots.of(tenant)
        # The shape that the webhook knows an echo of ours by.
        key = f"{conversation}-{attempt}.page"
        try:
            shown = await chatwoot.show(conversation)
        except NotForBotsError:
            shown = None
        if shown is not None and key in shown.reply_keys:
            return
        if shown is None or shown.can_reply is not False:
            await chatwoot.send_text(conversation, text.written, reply_key=key)
            return
        template = tenant.on_call.inbox_template
        if not template:
            raise IntegrationError(
                SYSTEM, "past the 24 h window, without a template", permanent=True
            )
        await chatwoot.send_template(
            conversation,
            text.written,
            template,
            tenant.language,
            values=(tenant.company_name,),
            reply_key=key,
        )

    def _pagerduty(self, tenant: Tenant) -> PagerDuty:
        plan = tenant.on_call
        key = _revealed(plan.pagerduty_routing_key)
        return PagerDuty(plan.pagerduty_endpoint, key, self._pagerduty_http)

    def _twilio(self, tenant: Tenant) -> Twilio:
        plan, http = tenant.on_call, self._twilio_http
        token = _revealed(plan.twilio_token)
        return Twilio(plan.twilio_endpoint, plan.twilio_account, token, plan.twilio_from, http)

    def _link(self, page: Page, what: str, number: int) -> str:
        """Return an address that proves by itself that it came from this page."""
        asked = urlencode({"step": number, "token": page.signature(number)})
        return f"{self._public_url}/api/pages/{page.page_id}/{what}?{asked}"


def _conversation_url(tenant: Tenant, page: Page) -> str:
    """Return where a person sees the conversation, or nothing: a test has none."""
    where = tenant.chatwoot
    if page.test or where.account_id is None:
        return ""
    base = where.base_url.rstrip("/")
    return f"{base}/app/accounts/{where.account_id}/conversations/{page.conversation_id}"


def page_id_in(key: str) -> str:
    """Return the page that an incident was opened for, or what is no page's id."""
    return key.removeprefix(PREFIX)


def _key(page: Page) -> str:
    return PREFIX + page.page_id


def _revealed(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
