"""The messages by which recall and false alarms are measured."""

from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"


def messages(name: str) -> list[tuple[str, str]]:
    """Return a file's messages with the heading each stands under."""
    found, heading = [], ""
    for line in (CORPUS / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            heading = line.strip("[]")
        elif line and not line.startswith("#"):
            found.append((heading, line))
    return found
