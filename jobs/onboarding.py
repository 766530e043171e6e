"""Connects a company with its Chatwoot account, step by step, as often as it is asked to."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import httpx
from pydantic import SecretStr

from integrations.chatwoot_setup import AccountWebhook, Bot
from jobs.chatwoots import Chatwoots
from jobs.onboarding_account import AccountSetup
from jobs.onboarding_message import TrialMessage
from jobs.onboarding_steps import Step, Steps, StoppedError
from jobs.webhook_checks import WebhookChecks
from tenants.administration import Administration, Author
from tenants.definition import Fields
from tenants.directory import Directory
from tenants.patching import merged
from tenants.reloads import LOOK
from tenants.secret_fields import value_at
from tenants.tenant import ChatwootConnection, Tenant

WEBHOOKS = "/api/webhook/chatwoot/"
PATIENCE = timedelta(seconds=8)
"""For a message to come back."""
MOST_SECRETS = 6  # that may have signed an event of one company
SETTLED = LOOK + timedelta(milliseconds=300)
"""After which every process knows what was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be connected, with an administrator's token that nobody keeps."""

    base_url: str
    account_id: int
    token: SecretStr
    inbox_ids: tuple[int, ...] = ()
    replace_bots: bool = False
    """Whether our bot may take the place of another bot of an inbox."""
    check: bool = True
    """Whether a message is sent through to see that it arrives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What connecting takes."""

    chatwoots: Chatwoots
    administration: Administration
    directory: Directory
    checks: WebhookChecks
    public_url: str
    """How Chatwoot reaches us."""
    patience: timedelta = PATIENCE
    settling: timedelta = SETTLED

    def address_of(self, tenant: Tenant) -> str:
        """Return where a company's events go."""
        return self.public_url + WEBHOOKS + _plain(tenant.chatwoot.webhook_token)

    def leads_here(self, url: str) -> bool:
        """Tell whether an address is ours, with whichever token."""
        return url.startswith(self.public_url + WEBHOOKS)


class Onboarding:
    """Connects companies."""

    def __init__(self, means: Means) -> None:
        """Take the means."""
        self._means = means

    async def connect(self, tenant: Tenant, wanted: Wanted, author: Author) -> Sequence[Step]:
        """Return what was done, found done, left out, or could not be done: then it can be called again."""
        steps = Steps(wanted.base_url)
        with suppress(StoppedError):
            await _Run(self._means, tenant, wanted, author, steps).all()
        return steps.taken


class _Run:
    """One company's connection."""

    def __init__(
        self, means: Means, tenant: Tenant, wanted: Wanted, author: Author, steps: Steps
    ) -> None:
        self._steps = steps
        self._means = means
        self._chatwoot = means.chatwoots.setup_of(wanted.base_url, wanted.account_id, wanted.token)
        self._tenant = tenant
        self._wanted = wanted
        self._author = author
        self._address = means.address_of(tenant)
        self._account = AccountSetup(
            self._chatwoot, steps, address=self._address, leads_here=means.leads_here
        )
        self._stored = False

    async def all(self) -> None:
        async with self._steps.step("chatwoot"):
            version = await self._chatwoot.version()
            self._steps.told("done", "version " + ".".join(map(str, version)) if version else "")
        async with self._steps.step("token"):
            await self._account.belongs_to_an_administrator(self._wanted.account_id)
        async with self._steps.step("webhook_address"):
            self._has_address()
        async with self._steps.step("company"):
            await self._can_keep()
        async with self._steps.step("agent_bot"):
            bot = await self._account.bot(self._tenant)
        webhook: AccountWebhook | None = None
        async with self._steps.step("account_webhook"):
            webhook = await self._account.webhook(version)
        async with self._steps.step("definition"):
            await self._keep(bot, webhook)
        async with self._steps.step("bot_token"):
            await self._means.chatwoots.of(self._tenant).probe()
            self._steps.told("done", "the bot may speak in the account")
        await self._account.inboxes(
            self._wanted.inbox_ids, bot, replace_bots=self._wanted.replace_bots
        )
        await self._check(bot)

    def _has_address(self) -> None:
        if self._tenant.chatwoot.webhook_token is None:
            self._steps.fail("the company has no webhook token yet; is Redis up?")
        host = httpx.URL(self._address).host
        local = host in {"localhost", "127.0.0.1", "::1"}
        hint = "Chatwoot must reach this server there"
        if local:
            hint += "; set PUBLIC_URL unless it runs on this machine"
        self._steps.told("done", f"{self._address.rsplit('/', 1)[0]}/...: {hint}")

    async def _can_keep(self) -> None:
        """Make sure that what will be made can be kept."""
        kept = await self._means.administration.find(self._tenant.company_id)
        chatwoot = {
            "base_url": self._wanted.base_url,
            "account_id": self._wanted.account_id,
            "api_key": "to-be-sealed",
        }
        tried = dict(merged(kept.fields, {"chatwoot": chatwoot}))
        await self._means.administration.check(tried, self._author, kept)
        self._steps.told("done", "the account is free, and secrets can be sealed")

    async def _keep(self, bot: Bot, webhook: AccountWebhook | None) -> None:
        signers = [one for one in (bot.secret, webhook.secret if webhook else None) if one]
        before = self._tenant.chatwoot
        patch: dict[str, object] = {
            "base_url": self._wanted.base_url,
            "account_id": self._wanted.account_id,
            "api_key": _plain(bot.access_token),
            "webhook_token": _plain(before.webhook_token),
        }
        secrets = [one.get_secret_value() for one in signers]

        def connected(fields: Fields) -> Fields:
            others = value_at(fields, "chatwoot.webhook_secrets")
            # Somebody else may sign too: an API inbox, a webhook that the clinic made.
            every = [*secrets, *(others if isinstance(others, list) else [])][:MOST_SECRETS]
            return dict(merged(fields, {"chatwoot": {**patch, "webhook_secrets": every}}))

        if _fits(before, self._wanted, bot, signers):
            self._steps.told("already")
            return
        await self._means.administration.change(self._tenant.company_id, connected, self._author)
        self._stored = True
        self._tenant = self._means.directory.find(self._tenant.company_id)
        if not _fits(self._tenant.chatwoot, self._wanted, bot, signers):
            self._steps.fail(
                "stored, but variables of the environment (CHATWOOT_...) say otherwise and win: unset them"
            )
        unsigned = (
            "" if signers else "; this Chatwoot does not sign, so the address is all the proof"
        )
        self._steps.told("done", f"account, bot token and address, sealed{unsigned}")

    async def _check(self, bot: Bot) -> None:
        if not self._wanted.check:
            async with self._steps.step("message"):
                self._steps.told("skipped", "not asked for")
            return
        if self._stored:
            await asyncio.sleep(self._means.settling.total_seconds())
        async with self._steps.step("message", stops=False):
            means = self._means
            trial = TrialMessage(self._chatwoot, self._steps, means.checks, means.patience)
            await trial.send(self._tenant.company_id, bot)


def _fits(
    connection: ChatwootConnection, wanted: Wanted, bot: Bot, signers: Sequence[SecretStr]
) -> bool:
    return (
        connection.base_url.rstrip("/") == wanted.base_url.rstrip("/")
        and connection.account_id == wanted.account_id
        and connection.api_key == bot.access_token
        and set(map(_plain, signers)) <= set(map(_plain, connection.webhook_secrets))
    )


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
