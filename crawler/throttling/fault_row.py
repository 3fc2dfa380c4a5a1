"""Notice that an archive does not serve now: so many faults in a row, whatever page they are about.

The index and the replay service of an archive can fail apart. So a row ends for one of them when that one
answers, and the row of both when either answers. docs/states.md "The archive does not serve".
"""

from collections import defaultdict

from crawler.webarchive.faults import Sign

NOT_SERVING = "the archive does not serve now"
MOST_FAULTS = 10  # in a row; with those on the wire, at most 14 requests go to an archive that is down
_BOTH = "both"
PROBE_AFTER = 5  # faults in a row, after which the run asks for a capture that it could fetch before


class FaultRow:
    """Counts faults in a row.

    `reason` says in a few words why the archive does not serve, None while it does.

    `is_wall`: the faults are refusals (401, 403), not errors.
    """

    def __init__(self) -> None:
        self.reason: str | None = None
        self.is_wall = False
        self._rows: defaultdict[str, list[Sign]] = defaultdict(list)  # faults since a service answered last
        self._answered: set[str] = set()  # services that answered in this run
        self._probed: set[str] = set()  # services whose row of faults was probed
        self._words = ""

    def take(self, service: str, sign: Sign, words: str = "") -> None:
        """Take what an answer of a service ("cdx", "replay", "save") says; `words` describe a fault."""
        if sign is Sign.ANSWERED:
            self._answered.add(service)
            self._probed.discard(service)
            self._rows[service].clear()
            self._rows[_BOTH].clear()
        elif sign in (Sign.DOWN, Sign.FORBIDDEN):
            self._words = words
            self._rows[service].append(sign)
            self._rows[_BOTH].append(sign)
            self._end(service, MOST_FAULTS)

    def begin_probe(self, service: str) -> bool:
        """Return whether a service is to be probed now: after PROBE_AFTER faults, once in a row of faults."""
        length = max(len(self._rows[service]), len(self._rows[_BOTH]))
        is_due = length >= PROBE_AFTER and service not in self._probed
        if is_due:
            self._probed.add(service)
        return is_due

    def has_answered(self, service: str) -> bool:
        """Return whether a service answered in this run."""
        return service in self._answered

    def has_not_answered(self, service: str) -> bool:
        """Return whether all answers of a service in this run were faults, and there was one."""
        return bool(self._rows[service]) and not self.has_answered(service)

    def end_run(self) -> None:
        """Judge the archive at the end of a run, by the services that answered nothing in it."""
        for service in ("cdx", "replay"):
            if self.has_not_answered(service):
                self._end(service, 1)

    def _end(self, service: str, at_least: int) -> None:
        row = max(self._rows[service], self._rows[_BOTH], key=len)
        if len(row) >= at_least and self.reason is None:
            last = row[-MOST_FAULTS:]
            self.is_wall = 2 * last.count(Sign.FORBIDDEN) > len(last)
            number = f"{len(row)} requests in a row" if len(row) > 1 else "request"
            self.reason = f"the last {number} failed ({self._words})"
