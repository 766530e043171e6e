"""What goes wrong with a conversation's thread: unknown, another company's, or nothing to do."""


class GraphError(Exception):
    """Anything about a thread that cannot be done."""


class UnknownConversationError(GraphError):
    """The company has no conversation with that patient."""


class UnknownCheckpointError(GraphError):
    """The conversation has no such checkpoint; it may have been pruned."""


class NothingToReplayError(GraphError):
    """No turn leads to that checkpoint, or what came before it is no longer kept."""


class UnknownInterruptError(GraphError):
    """The conversation does not wait for that answer."""


class ConversationBusyError(GraphError):
    """A turn of the conversation is running and did not end in time."""


class ForeignThreadError(GraphError):
    """The thread belongs to another company, or to none that was named."""
