"""What a run could not do: work over a limit, and work that the machine prevented."""

from collections.abc import Iterator
from dataclasses import dataclass

from crawler.terminal import counted


@dataclass
class Undone:
    """Counts of work that was not done.

    - `captures`: captures whose extraction went over a limit; their verdict says so.
    - `histories`: histories that went over a limit; the archive file has the reason.
    - `readings`: changes whose findings are unknown, because reading the texts went over a limit.
    - `texts`: versions whose claims are unknown, because reading the text went over a limit.
    - `prevented`: captures, histories, changes and texts that the machine prevented; the next run tries
      them again.
    - `reason`: what prevented the last one of them.
    """

    captures: int = 0
    histories: int = 0
    readings: int = 0
    texts: int = 0
    prevented: int = 0
    reason: str = ""

    def prevent(self, error: Exception) -> None:
        """Count a capture, a history, a change or a text that the machine prevented."""
        self.prevented += 1
        self.reason = str(error)

    @property
    def line(self) -> str | None:
        """A line for the user, or None if everything was done."""
        return "; ".join(self._parts(": see 'policytrail status'")) or None

    @property
    def line_without_archive(self) -> str | None:
        """As `line`, for work whose archive file is not kept."""
        return "; ".join(self._parts("")) or None

    def _parts(self, hint: str) -> Iterator[str]:
        over = [
            counted(count, noun, plural)
            for count, noun, plural in (
                (self.captures, "capture", ""),
                (self.histories, "history", "histories"),
            )
            if count
        ]
        if over:
            yield f"{' and '.join(over)} went over a limit{hint}"
        if self.readings:
            number = counted(self.readings, "change")
            yield f"the findings of {number} are unknown, because reading the texts went over a limit"
        if self.texts:
            number = counted(self.texts, "version")
            yield f"the claims of {number} are unknown, because reading the text went over a limit"
        if self.prevented:
            yield (
                f"{self.prevented} captures or histories are not judged, because {self.reason}: run the same "
                "command again"
            )
