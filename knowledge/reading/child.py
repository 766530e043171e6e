"""The process that reads one file: `python -m knowledge.reading.child`, bounded in time and memory.

A file from outside meets three large parsers here; whatever it does to them, the process ends with
its answer.
"""

import json
import sys
from typing import get_args

from integrations.bounded_process import bound
from knowledge.errors import UnreadableFileError
from knowledge.reading.kinds import Kind
from knowledge.reading.read import read

MEMORY = 1_500_000_000  # bytes of address space
PROCESSOR = 60  # seconds


def main() -> None:
    """Read a file from standard input, answer in JSON on standard output."""
    bound(memory=MEMORY, processor=PROCESSOR)
    kind: Kind = next(one for one in get_args(Kind) if one == sys.argv[1])
    answer: dict[str, object]
    try:
        found = read(sys.stdin.buffer.read(), sys.argv[2], kind)
        answer = {
            "kind": found.kind,
            "title": found.title,
            "text": found.text,
            "links": found.links,
        }
    except UnreadableFileError as error:
        answer = {"refused": str(error)}
    except MemoryError:
        answer = {"refused": "The file needs more memory than any document should."}
    except RecursionError:
        answer = {"refused": "The file is damaged: it nests without end."}
    except Exception as error:  # noqa: BLE001 # Parsers raise anything on damaged files.
        answer = {"refused": f"The file is damaged: it cannot be read ({type(error).__name__})."}
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
