"""The turn that led to a checkpoint: where it began and what the patient had written."""

from collections.abc import Sequence
from dataclasses import dataclass

from langchain_core.messages import AnyMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import StateSnapshot

from graph.errors import NothingToReplayError, UnknownCheckpointError, UnknownConversationError
from nodes.state import State
from tenants.ids import ThreadId
from tools.context import Context

Graph = CompiledStateGraph[State, Context, State, State]

STEPS = 60  # checkpoints walked back in search of a turn's beginning


@dataclass(frozen=True, slots=True)
class Turn:
    """What led to a checkpoint: where it began and what the patient had written."""

    began_at: str
    messages: Sequence[AnyMessage]

    def begin(self, message: str | None, branch: str) -> State:
        """Return what the turn starts with again, under a name of its own."""
        changed = HumanMessage(message, id=f"fork-{branch}") if message is not None else None
        return State(
            messages=[changed] if changed else list(self.messages), turn_id=f"rehearsal-{branch}"
        )


async def snapshot_of(graph: Graph, thread: ThreadId, checkpoint_id: str) -> StateSnapshot:
    """Return a state, the newest for an empty id; raises Unknown{Conversation,Checkpoint}Error."""
    snapshot = await graph.aget_state(config_of(thread, checkpoint_id))
    if snapshot.created_at is not None:
        return snapshot
    if checkpoint_id and (await graph.aget_state(config_of(thread))).created_at is not None:
        raise UnknownCheckpointError("The conversation has no such checkpoint.")
    raise UnknownConversationError("There is no such conversation.")


async def turn_of(graph: Graph, end: StateSnapshot) -> Turn:
    """Walk back to what was before a turn: one checkpoint, or one a step."""
    before: StateSnapshot | None = end
    for _ in range(STEPS):
        if before is None or before.parent_config is None:
            before = None
            break
        began = (before.metadata or {}).get("source") == "input"
        before = await graph.aget_state(before.parent_config)
        if before.created_at is None:
            raise NothingToReplayError("What came before that turn is no longer kept.")
        if began or not before.next:
            break
    known = {one.id for one in before.values["messages"]} if before else set()
    written = [
        one
        for one in end.values.get("messages", ())
        if isinstance(one, HumanMessage) and one.id not in known
    ]
    if not written:
        raise NothingToReplayError("No message of the patient led to that checkpoint.")
    return Turn(began_at=id_of(before) if before else "", messages=written)


def config_of(thread: ThreadId, checkpoint_id: str = "") -> RunnableConfig:
    """Return how LangGraph is told of a place in a thread."""
    chosen = {"checkpoint_id": checkpoint_id} if checkpoint_id else {}
    return {"configurable": {"thread_id": thread, **chosen}}


def id_of(snapshot: StateSnapshot) -> str:
    """Return the id of a state's checkpoint."""
    return str(snapshot.config["configurable"]["checkpoint_id"])
