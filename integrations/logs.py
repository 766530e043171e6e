"""How we log: one line an event, JSON for machines and colours for a terminal, never patient text."""

import logging
import sys
from typing import Literal

import structlog

from integrations.logged_errors import logged_errors
from integrations.recent_log import RecentLog

QUIET = ("alembic", "httpx", "httpcore", "saq", "openai", "uvicorn.access", "redisvl", "langgraph")


def set_up(
    level: str, style: Literal["auto", "json", "console"], recent: RecentLog | None = None
) -> None:
    """Send structlog's events and other libraries' warnings to standard error; keep the last faults."""
    as_json = style == "json" or (style == "auto" and not sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    kept: list[structlog.typing.Processor] = [recent] if recent else []
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    exceptions: list[structlog.typing.Processor] = (
        # Locals and others' words are left out: they would hold what patients wrote.
        [structlog.processors.ExceptionRenderer(logged_errors)] if as_json else []
    )
    structlog.configure(
        processors=[*shared, *kept, *exceptions, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *exceptions, last],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Below INFO libraries tell what they work with: a parser every word of a document.
    root.setLevel(max(logging.INFO, logging.getLevelName(level)))
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
