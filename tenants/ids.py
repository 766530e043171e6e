"""The kinds of ids that cross the code, so that one is never taken for another."""

from hashlib import sha256
from typing import NewType

CompanyId = NewType("CompanyId", str)
"""Matches `[a-z0-9][a-z0-9-]{1,38}`; never `clinicdesk` or `saq`, whose keys are the deployment's."""

UserId = NewType("UserId", str)
"""Chatwoot's contact id as text, or a tester's own name: memory hangs on it, not on a conversation."""

ThreadId = NewType("ThreadId", str)
"""A lower-case UUID5 of company and user; made by `tenants.keys.thread_id` only."""

ConversationId = NewType("ConversationId", int)
"""Chatwoot's display id, unique within one account only."""

TurnId = NewType("TurnId", str)
"""Names one turn: the conversation and the last message that it answers."""

USER_ID = r"^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$"
"""What a user's id may be where a person types it: it becomes a part of keys."""


def subject_of(company: CompanyId, user: UserId) -> str:
    """Name a patient where the name outlives their data: SHA-256 of `company/user`, in hexadecimal."""
    return sha256(f"{company}/{user}".encode()).hexdigest()
