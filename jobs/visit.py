"""One patient, for as long as a worker holds the thread: who it is and what is used for them."""

import asyncio
from dataclasses import dataclass

from jobs.ears import Ears
from jobs.turn_in_hand import TurnsInHand
from tenants.ids import UserId
from tenants.tenant import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A patient whose thread is locked by us."""

    tenant: Tenant
    user: UserId
    turns: TurnsInHand
    ears: Ears
    asides: asyncio.TaskGroup
    """For what may happen beside the answer, such as showing that we write."""
