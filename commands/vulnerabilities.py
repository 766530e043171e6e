"""`make audit`: whether a package of the lock file has a known vulnerability.

Asks by pip-audit. A machine without a network, or whose packages come from where nobody keeps
such a list, gets no answer: that is said and is no failure.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

LONGEST = 180  # seconds
_PACKAGE = re.compile(r"^[A-Za-z0-9][^\n]*==(?:.*\n)(?:^[ \t]+.*\n?)*", re.MULTILINE)

Asked = Callable[[Path], str]
"""Audits a file of requirements and returns pip-audit's JSON, or nothing when there is no answer."""


def audited(lock: Path, ask: Asked) -> tuple[bool, str]:
    """Return whether all is well, and in words what was found."""
    with tempfile.TemporaryDirectory() as folder:
        # One question first: where the list is missing, the others would be asked in vain.
        first = Path(folder, "first.txt")
        found = _PACKAGE.search(lock.read_text(encoding="utf-8"))
        first.write_text(found[0] if found else "", encoding="utf-8")
        if not _answered(_packages(ask(first))):
            return True, "not audited: no answer"
    packages = _packages(ask(lock))
    answered = _answered(packages)
    if not answered:
        return True, "not audited: no answer"
    faults = [
        f"{one['name']} {one['version']}: {', '.join(fault['id'] for fault in one['vulns'])}"
        for one in answered
        if one["vulns"]
    ]
    if faults:
        return False, "\n".join(["known vulnerabilities:", *faults])
    return True, f"{len(answered)} of {len(packages)} packages audited: none vulnerable"


def _packages(told: str) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads(told)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return []
    return found


def _answered(packages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in packages if "vulns" in one]


def pip_audit(requirements: Path) -> str:
    """Ask, for some minutes at most."""
    command = [
        sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--format", "json",
        "--progress-spinner", "off", "--timeout", "10", "--requirement", str(requirements),
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)  # noqa: S603 # Our own words.
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout


if __name__ == "__main__":
    well, words = audited(Path(sys.argv[1]), pip_audit)
    print(f"{sys.argv[1]}: {words}")  # noqa: T201 # The report.
    sys.exit(not well)
