"""The API's description as a file: what is committed as openapi.json."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from jobs.parts import Parts
from routes.api import mount_api
from routes.application import application
from routes.docs import Docs

NOBODY = "nobody"  # The paths are only read.


def describe_arguments(parser: ArgumentParser) -> None:
    """Take where the file goes."""
    parser.add_argument("--to", dest="path", type=Path, default=Path("openapi.json"))


def description_of(parts: Parts) -> str:
    """Return the description of every path as they are mounted."""
    app = application()
    mount_api(app, parts, admin_key=NOBODY, bound_keys={}, public_url="", unsigned_allowed=False)
    docs: Docs = app.state.docs
    return docs.description


def describe(parts: Parts, arguments: Namespace) -> str:
    """Write the file."""
    arguments.path.write_text(description_of(parts), encoding="utf-8")
    return f"{arguments.path} is written."
