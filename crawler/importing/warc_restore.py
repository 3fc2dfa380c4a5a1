"""Restore captures from a WARC export of policytrail: their facts as they were, and the bodies that follow.

Such a file has groups: first a record with the facts of some captures, then the records of these captures. A
capture that was fetched is entered as listed. It gets its body, headers and times when a record brings a body
with the hash that the facts name, or at once where the archive already has that body.
"""

import hashlib
from dataclasses import dataclass, field

from sqlite_utils import Database

from crawler.importing.warc_reader import FactsRecord, Record
from db.export.warc_records import record_id
from db.store import bodies as stored
from db.store import fact_validation as forms
from db.store import facts, retailers
from db.store.bodies import Bodies
from db.store.captures import Capture
from db.store.facts import Fact


@dataclass(frozen=True)
class WaitingCapture:
    """A restored capture that waits for its body."""

    capture: Capture
    policy_id: int
    fact: Fact


@dataclass
class Restored:
    """What a file restored.

    `read`, `new` and `filled` count captures. `policies` holds the ids of policies of captures that got a
    body.
    """

    read: int = 0
    new: int = 0
    filled: int = 0
    policies: set[int] = field(default_factory=set)


class FactsRestorer:
    """Restores the captures of one file for a retailer; without `domain`, for the one that the file names."""

    def __init__(self, db: Database, bodies: Bodies, domain: str | None = None) -> None:
        self._db, self._bodies, self._domain = db, bodies, domain
        self._hashes: dict[str, str] = {}  # of the bodies of the records that follow, by record id
        self._waiting: dict[str, list[WaitingCapture]] = {}  # by the hash of the body
        self.restored = Restored()

    @property
    def missing(self) -> int:
        """The number of captures without a body, although the facts say that the file has it."""
        return sum(len(waiting) for waiting in self._waiting.values())

    def enter_facts(self, record: FactsRecord) -> None:
        """Enter facts, inside a transaction of the caller. Raises FactError before anything is entered."""
        named, name = forms.retailer_of(record.facts)
        domain = self._domain or named
        kinds = [forms.kind_of(kind) for kind in forms.list_of(record.facts, "policies")]
        clues = [forms.clue_of(clue) for clue in forms.list_of(record.facts, "clues")]
        captures = [forms.capture_of(capture) for capture in forms.list_of(record.facts, "captures")]
        page = None
        if "page" in record.facts:
            page = forms.kind_of(record.facts.get("policy")), forms.page_of(record.facts["page"])
        retailers.add_retailer(self._db, domain, name)
        for kind in kinds:
            retailers.add_policy(self._db, domain, kind=kind)
        if page:
            self._enter_page(named, domain, *page, captures)
        for clue in clues:
            facts.enter_clue(self._db, domain, clue)

    def _enter_page(self, named: str, domain: str, kind: str, page: Fact, captures: list[Fact]) -> None:
        """Enter a page and its captures for `domain`. The record ids were made for the retailer `named`."""
        policy_id = retailers.add_policy(self._db, domain, kind=kind)
        self._hashes = {
            record_id(named, kind, page["url"], fact): str(fact["body"]) for fact in captures if fact["body"]
        }
        known = retailers.find_anywhere(self._db, domain, page["url"])
        if known and known[1] == "privacy" and not known[0].waypoint and kind in ("candidate", "regional"):
            # The archive has found out meanwhile that this page has the policy.
            policy_id, page = known[0].policy_id, page | {"relation": None, "finding": None}
        entered = facts.enter_page(self._db, policy_id, page)
        for fact in captures:
            capture, new = facts.enter_capture(self._db, entered, fact)
            self.restored.read += 1
            self.restored.new += new
            if fact["body"] and capture.state != "fetched":
                self._expect(WaitingCapture(capture, policy_id, fact))

    def _expect(self, waiting: WaitingCapture) -> None:
        body_id = stored.find(self._db, waiting.fact["body"])
        if body_id is None:
            self._waiting.setdefault(waiting.fact["body"], []).append(waiting)
        else:
            self._fill(waiting, body_id)

    def take_body(self, record: Record) -> bool:
        """Store the body of a record that the facts name, inside a transaction. Return whether they name it.

        A body with another hash than the facts say is not stored: somebody changed it.
        """
        sha256 = self._hashes.get(record.id)
        if sha256 is None:
            return False
        is_expected = record.body is not None and sha256 in self._waiting
        if is_expected and hashlib.sha256(record.raw).hexdigest() == sha256:
            waiting = self._waiting.pop(sha256)
            first = waiting[0].capture
            body_id = self._bodies.put(record.raw, page_id=first.page_id, timestamp=first.timestamp)
            for capture in waiting:
                self._fill(capture, body_id)
        return True

    def _fill(self, waiting: WaitingCapture, body_id: int) -> None:
        if facts.fill(self._db, waiting.capture.id, waiting.fact, body_id):
            self.restored.filled += 1
            self.restored.policies.add(waiting.policy_id)
