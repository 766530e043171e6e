"""What answers patients in one process: each company's desk and graph, and what they remember."""

from dataclasses import dataclass

from agenda.calendars import Calendars
from agenda.rehearsal import RehearsalAgenda
from graph.answer import FrontDesk
from graph.checkpoints import Checkpoints
from graph.compiled import CompiledGraphs, DeskFor
from graph.conversations import Conversations
from graph.emergencies import OpenEmergencies
from jobs.ground import Ground
from jobs.knowledge_parts import KnowledgeParts
from knowledge.library import CompanyLibrary
from nodes.guided.model import GuidedModel
from tenants.budget import Budget
from tenants.tenant import Tenant
from tenants.usage import Usage
from tools.desk import Desk


def desks_of(
    ground: Ground, knowledge: KnowledgeParts, calendars: Calendars, *, heals: bool
) -> DeskFor:
    """Return what makes companies' desks; those of a rehearsal pretend."""

    def desk_for(tenant: Tenant, rehearsal: bool) -> Desk:
        agenda = calendars.agenda_of(tenant)
        library = CompanyLibrary(
            tenant,
            ground.redis,
            knowledge.embedders,
            gaps=None if rehearsal else knowledge.gaps,
            heals=heals,
            loads=True,
        )
        return Desk(
            tenant=tenant,
            library=library,
            agenda=RehearsalAgenda(agenda, tenant, ground.clock) if rehearsal else agenda,
            clock=ground.clock,
        )

    return desk_for


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweringParts:
    """What answers patients, and what it remembers."""

    emergencies: OpenEmergencies
    checkpoints: Checkpoints
    graphs: CompiledGraphs
    front_desk: FrontDesk
    conversations: Conversations


def answering_of(ground: Ground, desk_for: DeskFor, usage: Usage, budget: Budget) -> AnsweringParts:
    """Make the graphs and what speaks to them."""
    ready, metrics = ground.shipped, ground.metrics
    emergencies = OpenEmergencies(ground.redis, ground.clock, usage)
    checkpoints = Checkpoints(ground.redis)
    graphs = CompiledGraphs(
        desk_for=desk_for,
        guided_for=GuidedModel,
        screen=ready.red_flags,
        nearest=ready.nearest,
        emergencies=emergencies,
        checkpoints=checkpoints,
        http=ground.models_http,
        metrics=metrics,
        budget=budget,
    )
    front_desk = FrontDesk(
        graphs=graphs,
        checkpoints=checkpoints,
        emergencies=emergencies,
        screen=ready.red_flags,
        metrics=metrics,
        usage=usage,
    )
    return AnsweringParts(
        emergencies=emergencies,
        checkpoints=checkpoints,
        graphs=graphs,
        front_desk=front_desk,
        conversations=Conversations(ground.redis, checkpoints, ground.clock),
    )
