"""Connects a company with its Chatwoot account, step by step, as often as it is asked to."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import httpx
from pydantic import SecretStr

from integrations.chatwoot_setup import AccountWebhook, Bot
from integrations.errors import IntegrationError
from jobs.chatwoots import Chatwoots
from jobs.webhook_checks import WebhookChecks
from tenants.administration import Administration, Author
from tenants.definition import Fields
from tenants.directory import Directory
from tenants.errors import TenantError
from tenants.patching import merged
from tenants.reloads import LOOK
from tenants.secret_fields import value_at
from tenants.tenant import ChatwootConnection, Tenant

TELLS_BOTS_ALL = (4, 13)
"""The first Chatwoot that tells agent bots of status and assignee, and signs what it tells them."""
WEBHOOKS = "/api/webhook/chatwoot/"
CHECK = "Clinicdesk check"
PATIENCE = timedelta(seconds=8)
"""For a message to come back."""
TRIES = 2
MOST_SECRETS = 6  # that may have signed an event of one company
SETTLED = LOOK + timedelta(milliseconds=300)
"""After which every process knows what was stored."""

State = Literal["done", "already", "skipped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step and what became of it."""

    step: str
    state: State
    detail: str = ""


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


class _StoppedError(Exception):
    """A step failed, and those after it need it."""


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
        run = _Run(self._means, tenant, wanted, author)
        with suppress(_StoppedError):
            await run.all()
        return run.steps


class _Run:
    """One company's connection."""

    def __init__(self, means: Means, tenant: Tenant, wanted: Wanted, author: Author) -> None:
        self.steps: list[Step] = []
        self._means = means
        self._setup = means.chatwoots.setup_of(wanted.base_url, wanted.account_id, wanted.token)
        self._tenant = tenant
        self._wanted = wanted
        self._author = author
        self._address = means.address_of(tenant)
        self._name = ""
        self._stored = False

    async def all(self) -> None:
        async with self._step("chatwoot"):
            version = await self._setup.version()
            self._told("done", "version " + ".".join(map(str, version)) if version else "")
        async with self._step("token"):
            await self._is_administrators()
        async with self._step("webhook_address"):
            self._has_address()
        async with self._step("company"):
            await self._can_keep()
        async with self._step("agent_bot"):
            bot = await self._bot()
        webhook: AccountWebhook | None = None
        async with self._step("account_webhook"):
            webhook = await self._webhook(version)
        async with self._step("definition"):
            await self._keep(bot, webhook)
        async with self._step("bot_token"):
            await self._means.chatwoots.of(self._tenant).probe()
            self._told("done", "the bot may speak in the account")
        await self._inboxes(bot)
        await self._check(bot)

    @asynccontextmanager
    async def _step(self, name: str, *, stops: bool = True) -> AsyncIterator[None]:
        """Tell what went wrong in a step; what comes after is not begun if it `stops`."""
        self._name = name
        try:
            yield
        except (IntegrationError, TenantError) as error:
            self._told("failed", self._words(error))
            if stops:
                raise _StoppedError from error

    def _words(self, error: IntegrationError | TenantError) -> str:
        if isinstance(error, TenantError) or error.detail.startswith("HTTP"):
            return error.detail if isinstance(error, IntegrationError) else str(error)
        return f"{self._wanted.base_url} does not answer as Chatwoot does ({error.detail})"

    def _told(self, state: State, detail: str = "") -> None:
        self.steps.append(Step(step=self._name, state=state, detail=detail))

    def _fail(self, detail: str) -> None:
        self._told("failed", detail)
        raise _StoppedError

    async def _is_administrators(self) -> None:
        role = await self._setup.role()
        if role != "administrator":
            self._fail(
                f"the token's owner is {role or 'no member'} of account {self._wanted.account_id};"
                " an administrator's is needed"
            )
        self._told("done", "an administrator's; it is not kept")

    def _has_address(self) -> None:
        if self._tenant.chatwoot.webhook_token is None:
            self._fail("the company has no webhook token yet; is Redis up?")
        host = httpx.URL(self._address).host
        local = host in {"localhost", "127.0.0.1", "::1"}
        hint = "Chatwoot must reach this server there"
        if local:
            hint += "; set PUBLIC_URL unless it runs on this machine"
        self._told("done", f"{self._address.rsplit('/', 1)[0]}/...: {hint}")

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
        self._told("done", "the account is free, and secrets can be sealed")

    async def _bot(self) -> Bot:
        found = [
            one for one in await self._setup.bots() if self._means.leads_here(one.outgoing_url)
        ]
        if not found:
            bot = await self._setup.make_bot(self._tenant.agent_name, self._address)
            self._told("done", f"made, number {bot.id}")
        else:
            bot = found[0]
            if bot.outgoing_url == self._address:
                self._told("already", f"number {bot.id}")
            else:
                await self._setup.point_bot(bot.id or 0, self._address)
                self._told("done", f"number {bot.id} sends to the new address")
        if bot.id is None or bot.access_token is None:
            self.steps.pop()
            self._fail(
                "Chatwoot does not tell the bot's token; put it into CHATWOOT_API_KEY_"
                + self._tenant.company_id.upper().replace("-", "_")
            )
        return bot

    async def _webhook(self, version: tuple[int, ...]) -> AccountWebhook | None:
        if version >= TELLS_BOTS_ALL:
            self._told("skipped", "from version 4.13 on the bot is told everything")
            return None
        for one in await self._setup.webhooks():
            if one.url == self._address:
                self._told("already", f"number {one.id}")
                return one
        made = await self._setup.make_webhook(self._address)
        self._told("done", f"made, number {made.id}: bots are told of status only from 4.13 on")
        return made

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
            self._told("already")
            return
        await self._means.administration.change(self._tenant.company_id, connected, self._author)
        self._stored = True
        self._tenant = self._means.directory.find(self._tenant.company_id)
        if not _fits(self._tenant.chatwoot, self._wanted, bot, signers):
            self._fail(
                "stored, but variables of the environment (CHATWOOT_...) say otherwise and win: unset them"
            )
        unsigned = (
            "" if signers else "; this Chatwoot does not sign, so the address is all the proof"
        )
        self._told("done", f"account, bot token and address, sealed{unsigned}")

    async def _inboxes(self, bot: Bot) -> None:
        if not self._wanted.inbox_ids:
            async with self._step("inboxes", stops=False):
                found = await self._setup.inboxes()
                names = ", ".join(f"{one.id} ({one.name[:40]})" for one in found[:50])
                self._told("skipped", f"none was named; there are: {names or 'none'}")
        for inbox in self._wanted.inbox_ids:
            async with self._step(f"inbox {inbox}", stops=False):
                await self._inbox(inbox, bot)

    async def _inbox(self, inbox: int, bot: Bot) -> None:
        other = await self._setup.bot_of(inbox)
        if other and other.id == bot.id:
            self._told("already")
        elif other and not self._wanted.replace_bots:
            self._told(
                "failed",
                f"the bot {other.name[:40]!r} answers there; replace_bots puts ours in its place",
            )
        else:
            await self._setup.connect(inbox, bot.id or 0)
            self._told("done", "new conversations there begin as ours")

    async def _check(self, bot: Bot) -> None:
        if not self._wanted.check:
            self._name = "message"
            self._told("skipped", "not asked for")
            return
        if self._stored:
            await asyncio.sleep(self._means.settling.total_seconds())
        async with self._step("message", stops=False), self._patient(bot) as conversation:
            patience = self._means.patience.total_seconds()
            for _ in range(TRIES):
                words = await self._means.checks.begin(self._tenant.company_id)
                await self._setup.write_as_patient(conversation, words)
                company = self._tenant.company_id
                if told := await self._means.checks.arrived(company, words, patience):
                    self._told("done", f"a message came through, {told}")
                    return
            self._told(
                "failed",
                f"no message came within {patience * TRIES:.0f} s. Can Chatwoot reach PUBLIC_URL? A self-hosted"
                " one refuses private addresses unless SAFE_FETCH_ALLOW_PRIVATE_NETWORK=true",
            )

    @asynccontextmanager
    async def _patient(self, bot: Bot) -> AsyncIterator[int]:
        """Begin a conversation that nobody has, in an inbox of its own; all of it is deleted afterwards."""
        left = [
            one
            for one in await self._setup.inboxes()
            if one.name == CHECK and one.channel_type == "Channel::Api"
        ]
        inbox = (left[0].id if left else None) or await self._setup.make_api_inbox(CHECK)
        contact = 0
        try:
            await self._setup.connect(inbox, bot.id or 0)
            contact, source = await self._setup.make_contact(inbox, CHECK)
            yield await self._setup.begin_conversation(inbox, contact, source)
        finally:
            # What cannot be deleted now is found by its name and used the next time.
            with suppress(IntegrationError):
                if contact:
                    await self._setup.forget_contact(contact)
            with suppress(IntegrationError):
                await self._setup.forget_inbox(inbox)


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
