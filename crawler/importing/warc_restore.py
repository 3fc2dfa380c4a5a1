"""Entering again what an export of policytrail to WARC tells: every capture as it was, and the bodies that follow.

A file tells of some captures at a time, then come their records. A capture that was fetched is entered as one that is listed,
and gets its body, headers and times when a record brings a body with its hash, or where the archive has that body already.
"""

import hashlib
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.importing.warc_reader import Record, Told
from db.export.warc_records import record_id
from db.store import bodies as stored
from db.store import fact_validation as forms
from db.store import facts, retailers
from db.store.bodies import Bodies
from db.store.captures import Capture
from db.store.facts import Fact


@dataclass(frozen=True)
class Waiting:
    """A capture that waits for its body."""

    capture: Capture
    policy_id: int
    fact: Fact


class Restoring:
    """Restores the captures of one file. `domain` is the retailer to whom they are given; None: the one that the file names.

    `read`, `new` and `filled` count captures; `policies` are those whose captures got a body.
    """

    def __init__(self, db: Database, bodies: Bodies, domain: str | None = None) -> None:
        self._db, self._bodies, self._domain = db, bodies, domain
        self._hashes: dict[str, str] = {}  # of the bodies of the records that follow, by record
        self._waiting: dict[str, list[Waiting]] = {}  # by the hash of the body
        self.read = self.new = self.filled = 0
        self.policies: set[int] = set()

    @property
    def lacking(self) -> int:
        """How many captures had a body that the file did not bring."""
        return sum(len(waiting) for waiting in self._waiting.values())

    def tell(self, told: Told) -> None:
        """Enter facts. To be called inside a transaction. Raises FactError before anything is entered."""
        given, name = forms.retailer_of(told.facts)
        domain = self._domain or given
        kinds = [forms.kind_of(kind) for kind in forms.list_of(told.facts, "policies")]
        clues = [forms.clue_of(clue) for clue in forms.list_of(told.facts, "clues")]
        captures = [forms.capture_of(capture) for capture in forms.list_of(told.facts, "captures")]
        of_page = (
            (forms.kind_of(told.facts.get("policy")), forms.page_of(told.facts["page"]))
            if "page" in told.facts
            else None
        )
        retailers.add_retailer(self._db, domain, name)
        for kind in kinds:
            retailers.add_policy(self._db, domain, kind=kind)
        if of_page:
            self._enter(given, domain, *of_page, captures)
        for clue in clues:
            facts.enter_clue(self._db, domain, clue)

    def _enter(self, given: str, domain: str, kind: str, page: Fact, captures: list[Fact]) -> None:
        """Enter a page and its captures, which are `given` of a retailer, as those of the retailer `domain`."""
        policy_id = retailers.add_policy(self._db, domain, kind=kind)
        self._hashes = {
            record_id(given, kind, page["url"], fact): str(fact["body"]) for fact in captures if fact["body"]
        }
        known = retailers.find_anywhere(self._db, domain, page["url"])
        if known and known[1] == "privacy" and not known[0].waypoint and kind in ("candidate", "regional"):
            policy_id, page = (
                known[0].policy_id,
                page | {"relation": None, "finding": None},
            )  # it was found to be the policy
        entered = facts.enter_page(self._db, policy_id, page)
        for fact in captures:
            capture, new = facts.enter_capture(self._db, entered, fact)
            self.read += 1
            self.new += new
            if fact["body"] and capture.state != "fetched":
                self._expect(Waiting(capture, policy_id, fact))

    def _expect(self, waiting: Waiting) -> None:
        body_id = stored.find(self._db, waiting.fact["body"])
        if body_id is None:
            self._waiting.setdefault(waiting.fact["body"], []).append(waiting)
        else:
            self._fill(waiting, body_id)

    def give(self, record: Record) -> bool:
        """Take a record that the facts have told of, and say whether it is one. To be called inside a transaction.

        One whose body has another hash than the facts say brings nothing: somebody changed it.
        """
        sha256 = self._hashes.get(record.id)
        if sha256 is None:
            return False
        if (
            record.body is not None
            and sha256 in self._waiting
            and hashlib.sha256(record.raw).hexdigest() == sha256
        ):
            waiting = self._waiting.pop(sha256)
            first = waiting[0].capture
            body_id = self._bodies.put(record.raw, page_id=first.page_id, timestamp=first.timestamp)
            for capture in waiting:
                self._fill(capture, body_id)
        return True

    def _fill(self, waiting: Waiting, body_id: int) -> None:
        if facts.fill(self._db, waiting.capture.id, waiting.fact, body_id):
            self.filled += 1
            self.policies.add(waiting.policy_id)
