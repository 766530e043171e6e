"""What goes wrong outside: one error for every outside system, with the one bit that decides a retry."""

from datetime import timedelta


class IntegrationError(Exception):
    """An outside system refused or did not answer."""

    def __init__(
        self, system: str, detail: str, *, permanent: bool, retry_after: timedelta | None = None
    ) -> None:
        """Name the system and what it said; `permanent` means that trying again cannot help."""
        super().__init__(f"{system}: {detail}")
        self.system = system
        self.detail = detail
        self.permanent = permanent
        self.retry_after = retry_after
