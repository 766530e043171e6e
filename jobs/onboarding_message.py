"""Sends a message through Chatwoot as a patient would, to see that it arrives here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from integrations.chatwoot_setup import Bot, ChatwootSetup
from integrations.errors import IntegrationError
from jobs.onboarding_steps import Steps
from jobs.webhook_checks import WebhookChecks
from tenants.ids import CompanyId

CHECK = "Clinicdesk check"
TRIES = 2


class TrialMessage:
    """A message that nobody answers."""

    def __init__(
        self, chatwoot: ChatwootSetup, steps: Steps, checks: WebhookChecks, patience: timedelta
    ) -> None:
        """Take the account, who is told, what sees it arrive, and how long that may take."""
        self._chatwoot = chatwoot
        self._steps = steps
        self._checks = checks
        self._patience = patience.total_seconds()

    async def send(self, company: CompanyId, bot: Bot) -> None:
        """Tell whether a message came through, and how."""
        async with self._patient(bot) as conversation:
            for _ in range(TRIES):
                words = await self._checks.begin(company)
                await self._chatwoot.write_as_patient(conversation, words)
                if told := await self._checks.arrived(company, words, self._patience):
                    self._steps.told("done", f"a message came through, {told}")
                    return
            self._steps.told(
                "failed",
                f"no message came within {self._patience * TRIES:.0f} s. Can Chatwoot reach PUBLIC_URL? A self-hosted"
                " one refuses private addresses unless SAFE_FETCH_ALLOW_PRIVATE_NETWORK=true",
            )

    @asynccontextmanager
    async def _patient(self, bot: Bot) -> AsyncIterator[int]:
        """Begin a conversation that nobody has, in an inbox of its own; all of it is deleted afterwards."""
        left = [
            one
            for one in await self._chatwoot.inboxes()
            if one.name == CHECK and one.channel_type == "Channel::Api"
        ]
        inbox = (left[0].id if left else None) or await self._chatwoot.make_api_inbox(CHECK)
        contact = 0
        try:
            await self._chatwoot.connect(inbox, bot.id or 0)
            contact, source = await self._chatwoot.make_contact(inbox, CHECK)
            yield await self._chatwoot.begin_conversation(inbox, contact, source)
        finally:
            # What cannot be deleted now is found by its name and used the next time.
            with suppress(IntegrationError):
                if contact:
                    await self._chatwoot.forget_contact(contact)
            with suppress(IntegrationError):
                await self._chatwoot.forget_inbox(inbox)
