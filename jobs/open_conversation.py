"""Opens a conversation in which a person began to write, since Chatwoot leaves it with the bot."""

import structlog

from integrations.errors import IntegrationError
from jobs.chatwoots import Chatwoots
from tenants.directory import Directory
from tenants.errors import UnknownCompanyError
from tenants.ids import CompanyId, ConversationId

logger = structlog.get_logger(__name__)


class OpenConversation:
    """Gives conversations to the people who write in them."""

    def __init__(self, *, directory: Directory, chatwoots: Chatwoots) -> None:
        """Take the companies and their clients."""
        self._directory = directory
        self._chatwoots = chatwoots

    async def run(self, company: CompanyId, conversation: ConversationId) -> None:
        """Set the status to open; raises IntegrationError when it should be tried again."""
        try:
            tenant = self._directory.find(company)
            await self._chatwoots.of(tenant).set_status(conversation, "open")
        except UnknownCompanyError:
            return
        except IntegrationError as error:
            if not error.permanent:
                raise
            logger.warning("conversation_not_opened", company_id=company, detail=error.detail)
