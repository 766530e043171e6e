"""What connecting a company makes in its Chatwoot account: a bot, a webhook where one is needed, inboxes."""

from collections.abc import Callable, Sequence

from integrations.chatwoot_setup import AccountWebhook, Bot, ChatwootSetup
from jobs.onboarding_steps import State, Steps
from tenants.tenant import Tenant

TELLS_BOTS_ALL = (4, 13)
"""The first Chatwoot that tells agent bots of status and assignee, and signs what it tells them."""


class AccountSetup:
    """One account, in the step in hand; what is there already is found and used."""

    def __init__(
        self,
        chatwoot: ChatwootSetup,
        steps: Steps,
        *,
        address: str,
        leads_here: Callable[[str], bool],
    ) -> None:
        """Take the account, who is told, and where its events are to go."""
        self._chatwoot = chatwoot
        self._steps = steps
        self._address = address
        self._leads_here = leads_here

    async def belongs_to_an_administrator(self, account_id: int) -> None:
        """Make sure that the token may do all that follows."""
        role = await self._chatwoot.role()
        if role != "administrator":
            self._steps.fail(
                f"the token's owner is {role or 'no member'} of account {account_id};"
                " an administrator's is needed"
            )
        self._steps.told("done", "an administrator's; it is not kept")

    async def bot(self, tenant: Tenant) -> Bot:
        """Return our bot, which sends to the address now; its id and its token are known."""
        bot, state, detail = await self._made_or_found(tenant.agent_name)
        if bot.id is None or bot.access_token is None:
            self._steps.fail(
                "Chatwoot does not tell the bot's token; put it into CHATWOOT_API_KEY_"
                + tenant.company_id.upper().replace("-", "_")
            )
        self._steps.told(state, detail)
        return bot

    async def _made_or_found(self, name: str) -> tuple[Bot, State, str]:
        found = [one for one in await self._chatwoot.bots() if self._leads_here(one.outgoing_url)]
        if not found:
            bot = await self._chatwoot.make_bot(name, self._address)
            return bot, "done", f"made, number {bot.id}"
        bot = found[0]
        if bot.outgoing_url == self._address:
            return bot, "already", f"number {bot.id}"
        await self._chatwoot.point_bot(bot.id or 0, self._address)
        return bot, "done", f"number {bot.id} sends to the new address"

    async def webhook(self, version: tuple[int, ...]) -> AccountWebhook | None:
        """Return the webhook beside the bot, None for a Chatwoot whose bots are told everything."""
        if version >= TELLS_BOTS_ALL:
            self._steps.told("skipped", "from version 4.13 on the bot is told everything")
            return None
        for one in await self._chatwoot.webhooks():
            if one.url == self._address:
                self._steps.told("already", f"number {one.id}")
                return one
        made = await self._chatwoot.make_webhook(self._address)
        self._steps.told(
            "done", f"made, number {made.id}: bots are told of status only from 4.13 on"
        )
        return made

    async def inboxes(self, inbox_ids: Sequence[int], bot: Bot, *, replace_bots: bool) -> None:
        """Give the bot its inboxes, a step each; the others go on when one fails."""
        if not inbox_ids:
            async with self._steps.step("inboxes", stops=False):
                found = await self._chatwoot.inboxes()
                names = ", ".join(f"{one.id} ({one.name[:40]})" for one in found[:50])
                self._steps.told("skipped", f"none was named; there are: {names or 'none'}")
        for inbox in inbox_ids:
            async with self._steps.step(f"inbox {inbox}", stops=False):
                await self._inbox(inbox, bot, replace_bots=replace_bots)

    async def _inbox(self, inbox: int, bot: Bot, *, replace_bots: bool) -> None:
        other = await self._chatwoot.bot_of(inbox)
        if other and other.id == bot.id:
            self._steps.told("already")
        elif other and not replace_bots:
            self._steps.told(
                "failed",
                f"the bot {other.name[:40]!r} answers there; replace_bots puts ours in its place",
            )
        else:
            await self._chatwoot.connect(inbox, bot.id or 0)
            self._steps.told("done", "new conversations there begin as ours")
