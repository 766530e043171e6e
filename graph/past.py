"""A thread's checkpoint as plain JSON, for people who look at it."""

import json
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
from langgraph.types import StateSnapshot

Json = dict[str, Any]

ROLES = {"human": "user", "ai": "assistant", "tool": "tool", "system": "system"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One checkpoint of a history, without what was said."""

    checkpoint_id: str
    parent_id: str
    created_at: str
    step: int
    source: str
    """`input`, `loop` (a step, or a whole turn), `update` (somebody changed it) or `fork`."""
    agent: str
    next: tuple[str, ...]
    """What was still to do; empty when the turn was over."""
    messages: int
    message_length: int
    """Characters of the patient's last message."""
    reply_length: int
    """Characters of the last answer to it; 0 when there was none yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The state at one checkpoint."""

    checkpoint_id: str
    parent_id: str
    created_at: str
    step: int
    source: str
    next: tuple[str, ...]
    interrupts: tuple[Json, ...]
    """What the turn waits for: `id` and `value` each."""
    agent: str
    reply: str
    """The answer to the patient's last message; empty when there was none yet."""
    messages: tuple[Json, ...]
    """Oldest first: `role` and `content`, and what else is known of each."""
    values: Json
    """Everything else in the state: route, booking, passages ..."""
    metadata: Json


def moment_of(snapshot: StateSnapshot) -> Moment:
    """Return what a history says of a checkpoint."""
    messages: list[AnyMessage] = snapshot.values.get("messages", [])
    asked = next((one for one in reversed(messages) if isinstance(one, HumanMessage)), None)
    metadata: Json = dict(snapshot.metadata or {})
    return Moment(
        checkpoint_id=_id(snapshot.config),
        parent_id=_id(snapshot.parent_config),
        created_at=snapshot.created_at or "",
        step=int(metadata.get("step", 0)),
        source=str(metadata.get("source", "")),
        agent=_agent(snapshot),
        next=tuple(snapshot.next),
        messages=len(messages),
        message_length=len(asked.text) if asked else 0,
        reply_length=len(_reply(messages)),
    )


def past_of(snapshot: StateSnapshot) -> Past:
    """Return a checkpoint whole."""
    messages: list[AnyMessage] = snapshot.values.get("messages", [])
    moment = moment_of(snapshot)
    rest = {key: one for key, one in snapshot.values.items() if key != "messages"}
    return Past(
        checkpoint_id=moment.checkpoint_id,
        parent_id=moment.parent_id,
        created_at=moment.created_at,
        step=moment.step,
        source=moment.source,
        next=moment.next,
        interrupts=tuple({"id": one.id, "value": _plain(one.value)} for one in snapshot.interrupts),
        agent=moment.agent,
        reply=_reply(messages),
        messages=tuple(_message(one) for one in messages),
        values=_plain(rest),
        metadata=_plain(dict(snapshot.metadata or {})),
    )


def _agent(snapshot: StateSnapshot) -> str:
    return str(snapshot.values.get("destination") or "")


def _reply(messages: list[AnyMessage]) -> str:
    for message in reversed(messages):
        if isinstance(message, HumanMessage):
            return ""
        if isinstance(message, AIMessage) and not message.tool_calls:
            return str(message.text)
    return ""


def _message(message: AnyMessage) -> Json:
    said: Json = {
        "id": message.id,
        "role": ROLES.get(message.type, message.type),
        "content": str(message.text),
    }
    if message.name:
        said["agent" if isinstance(message, AIMessage) else "name"] = message.name
    if isinstance(message, AIMessage):
        if message.tool_calls:
            said["tool_calls"] = [
                {"id": call["id"], "name": call["name"], "args": _plain(call["args"])}
                for call in message.tool_calls
            ]
        if model := message.response_metadata.get("model_name"):
            said["model"] = model
    if isinstance(message, ToolMessage):
        said["tool_call_id"] = message.tool_call_id
        said["status"] = message.status
        said["artifact"] = _plain(message.artifact)
    return said


def _plain(value: Any) -> Any:
    # The state holds plain JSON; whatever slipped in is shown as text.
    return json.loads(json.dumps(value, default=str))


def _id(config: Any) -> str:
    return str(config["configurable"].get("checkpoint_id", "")) if config else ""
