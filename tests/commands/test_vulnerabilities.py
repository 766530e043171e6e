"""The audit of packages fails for a known vulnerability, and says when nobody answered."""

import json
from pathlib import Path

import pytest

from commands.vulnerabilities import audited

LOCK = "anyio==4.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nidna==3.0 ; python_version > '3' \\\n    --hash=sha256:cc\n"
GOOD = {"name": "anyio", "version": "4.0", "vulns": []}
BAD = {"name": "idna", "version": "3.0", "vulns": [{"id": "CVE-1"}, {"id": "GHSA-2"}]}
UNKNOWN = {"name": "idna", "skip_reason": "not found"}


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    file = tmp_path / "requirements.lock"
    file.write_text(LOCK)
    return file


class Told:
    """Answers in turn, and remembers what it was asked."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, requirements: Path) -> str:
        self.asked.append(requirements.read_text())
        answer = self.answers.pop(0)
        return answer if isinstance(answer, str) else json.dumps({"dependencies": answer})


def test_a_known_vulnerability_fails_and_is_named(lock: Path) -> None:
    well, words = audited(lock, Told([GOOD], [GOOD, BAD]))

    assert not well
    assert words.splitlines()[1:] == ["idna 3.0: CVE-1, GHSA-2"]


def test_what_nobody_knows_of_is_counted(lock: Path) -> None:
    told = Told([GOOD], [GOOD, UNKNOWN])

    assert audited(lock, told) == (True, "1 of 2 packages audited: none vulnerable")
    assert told.asked == [LOCK.partition("idna")[0], LOCK]


@pytest.mark.parametrize("answer", ["", "no JSON", "[]", [], [UNKNOWN]])
def test_without_an_answer_it_asks_once_and_says_so(lock: Path, answer: object) -> None:
    told = Told(answer)

    assert audited(lock, told) == (True, "not audited: no answer")
    assert len(told.asked) == 1
