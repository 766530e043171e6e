"""Every path that changes a company, put together from a process's parts."""

from starlette.routing import BaseRoute

from graph.preview import Previews
from jobs.company_removal import CompanyRemoval
from jobs.onboarding import Means, Onboarding
from jobs.parts import Parts
from jobs.webhook_checks import WebhookChecks
from routes.access import Access
from routes.agents import AgentRoutes
from routes.company_administration import CompanyAdministration
from routes.company_moves import CompanyMoves
from routes.company_removal import CompanyRemovalRoutes
from routes.in_force import InForce
from routes.onboarding import OnboardingRoutes
from routes.prompts import PromptRoutes
from routes.webhook_token import WebhookTokenRoutes
from tenants.administration import Administration
from tenants.api_keys import ApiKeys
from tenants.moved_tokens import MovedTokens
from tenants.moving import Moving
from tenants.wishes import Wishes


def administration_of(parts: Parts) -> Administration:
    """Return what changes companies."""
    return Administration(
        parts.redis,
        store=parts.companies.store,
        sealing=parts.sealing,
        directory=parts.directory,
        reloads=parts.reloads,
    )


def onboarding_means(parts: Parts, administration: Administration, public_url: str) -> Means:
    """Return what connecting a company takes."""
    return Means(
        chatwoots=parts.mail.chatwoots,
        administration=administration,
        directory=parts.directory,
        checks=WebhookChecks(parts.redis),
        public_url=public_url,
    )


def _removal(parts: Parts, access: Access, administration: Administration) -> CompanyRemovalRoutes:
    database = parts.companies.database
    return CompanyRemovalRoutes(
        access=access,
        administration=administration,
        removal=CompanyRemoval(
            parts.redis,
            api_keys=ApiKeys(parts.redis, parts.clock),
            calendars=parts.calendars,
            clock=parts.clock,
            copies=database.copies if database else None,
        ),
        forget_graphs=parts.answering.graphs.forget,
    )


def company_paths(parts: Parts, *, access: Access, public_url: str) -> list[BaseRoute]:
    """Return the paths below /api."""
    store = parts.companies.store
    administration = administration_of(parts)
    moves = CompanyMoves(
        access=access,
        administration=administration,
        moving=Moving(store, administration),
        directory=parts.directory,
        documents=parts.knowledge.documents,
        clock=parts.clock,
    )
    prompts = PromptRoutes(
        access=access,
        wishes=Wishes(store, administration),
        previews=Previews(parts.answering.graphs),
    )
    tokens = WebhookTokenRoutes(
        parts.redis,
        access=access,
        administration=administration,
        directory=parts.directory,
        moved=MovedTokens(parts.redis),
        clock=parts.clock,
        public_url=public_url,
    )
    onboarding = Onboarding(onboarding_means(parts, administration, public_url))
    return [
        *_removal(parts, access, administration).routes(),
        *CompanyAdministration(access=access, administration=administration).routes(),
        *moves.routes(),
        *InForce(access=access).routes(),
        *AgentRoutes(access=access, administration=administration).routes(),
        *prompts.routes(),
        *tokens.routes(),
        *OnboardingRoutes(access=access, onboarding=onboarding).routes(),
    ]
