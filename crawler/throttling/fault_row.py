"""Notice that an archive does not serve now: so many faults in a row, whatever page they are about.

The index and the replay service of an archive can fail apart. So a row ends for one of them when that one
answers, and the row of both when either answers. docs/states.md "The archive does not serve".
"""

from collections import Counter

from crawler.webarchive.faults import Sign

NOT_SERVING = "the archive does not serve now"
MOST_FAULTS = 10  # in a row; with those on the wire, at most 14 requests go to an archive that is down
PROBE_AFTER = 5  # faults in a row, after which the run asks for a capture that it could fetch before


class FaultRow:
    """Counts faults in a row. `reason` says in a few words why the archive does not serve, None while it does.

    `is_wall`: the faults are refusals (401, 403), not errors.
    """

    def __init__(self) -> None:
        self.reason: str | None = None
        self.is_wall = False
        self._faults: Counter[str] = Counter()  # by service, since it answered last
        self._both = 0  # since either answered
        self._refusals = 0  # the last faults that were refusals

    def take(self, service: str, sign: Sign, words: str = "") -> None:
        """Take what an answer of a service ("cdx", "replay", "save") says; `words` describe a fault."""
        if sign is Sign.ANSWERED:
            self._faults[service] = self._both = self._refusals = 0
        elif sign in (Sign.DOWN, Sign.FORBIDDEN):
            self._faults[service] += 1
            self._both += 1
            self._refusals = self._refusals + 1 if sign is Sign.FORBIDDEN else 0
            if self.length(service) >= MOST_FAULTS and self.reason is None:
                self.is_wall = 2 * self._refusals > MOST_FAULTS
                number = self.length(service)
                self.reason = f"the last {number} requests in a row failed ({words})"

    def length(self, service: str) -> int:
        """Return the number of faults in a row, of a service or of all."""
        return max(self._faults[service], self._both)
