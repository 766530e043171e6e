"""Every path about conversations and what they count, put together from a process's parts."""

from starlette.routing import BaseRoute

from graph.replay import Replays
from jobs.consents import Consents
from jobs.parts import Parts
from knowledge.totals import totals_of
from routes.access import Access
from routes.analytics import Analytics, Held
from routes.bot_status import BotStatusRoutes
from routes.conversations import ConversationRoutes
from routes.door import Door
from routes.live_turns import LiveTurnRoutes
from routes.privacy import PrivacyRoutes
from routes.replays import ReplayRoutes
from tenants.tenant import Tenant


def analytics_of(parts: Parts, access: Access) -> Analytics:
    """Return what knows companies' numbers."""

    async def documents(tenant: Tenant) -> int:
        return (await totals_of(parts.redis, tenant.company_id)).documents

    async def gaps(tenant: Tenant) -> int:
        return await parts.knowledge.gaps.count(tenant.company_id)

    held = Held(conversations=parts.answering.conversations.count, documents=documents, gaps=gaps)
    return Analytics(access=access, usage=parts.usage, budget=parts.budget, held=held)


def conversation_paths(parts: Parts, door: Door) -> list[BaseRoute]:
    """Return the paths below /api."""
    conversations = ConversationRoutes(
        access=door.access,
        conversations=parts.answering.conversations,
        try_out=parts.try_out(),
        front_desk=parts.answering.front_desk,
        redis=parts.redis,
        analytics=analytics_of(parts, door.access),
        waiting=parts.waiting_room(),
        answers=parts.paging.answers,
    )
    replays = Replays(parts.answering.graphs, parts.answering.checkpoints, parts.redis)
    return [
        *conversations.routes(),
        *LiveTurnRoutes(
            access=door.access, try_out=parts.try_out(), live_turns=parts.live_turns
        ).routes(),
        *ReplayRoutes(access=door.access, replays=replays).routes(),
        *PrivacyRoutes(
            access=door.access,
            data=parts.patient_data(),
            consents=Consents(parts.redis, parts.clock),
        ).routes(),
        *BotStatusRoutes(access=door.access, status=parts.mail.bot_status).routes(),
    ]
