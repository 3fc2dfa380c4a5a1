"""Restore captures from a WARC file that `policytrail export --format warc` wrote.

Such a file consists of groups: first a record with the facts of some captures, then the records with their
bodies. Each capture is first stored without its body. It gets its body, headers and times when a record
brings a body with the hash that the facts name. It gets them at once if the archive file already has this
body.
"""

import hashlib
from dataclasses import dataclass, field

from sqlite_utils import Database

from crawler.importing.warc_reader import FactsRecord, Record
from db.export.warc_records import record_id
from db.store import attributes, facts, retailers
from db.store import bodies as stored
from db.store import fact_validation as forms
from db.store.bodies import Bodies
from db.store.captures import Capture
from db.store.facts import Fact


@dataclass(frozen=True)
class WaitingCapture:
    """A restored capture that has no body yet."""

    capture: Capture
    policy_id: int
    fact: Fact


@dataclass
class Restored:
    """The captures of one file that were restored.

    `read` counts all captures in the file, `new` those that the archive file did not have before, and
    `filled` those that got a body. `policies` has the ids of the policies of captures that got a body.
    """

    read: int = 0
    new: int = 0
    filled: int = 0
    policies: set[int] = field(default_factory=set)


class FactsRestorer:
    """Restores the captures of one file.

    They belong to the retailer `domain`, or without `domain` to the retailer that the file names.
    """

    def __init__(self, db: Database, bodies: Bodies, domain: str | None = None) -> None:
        self._db, self._bodies, self._domain = db, bodies, domain
        self._hashes: dict[str, str] = {}  # the hashes of the bodies of the next records, by record id
        self._waiting: dict[
            str, list[WaitingCapture]
        ] = {}  # captures without a body, by the hash of the body
        self.restored = Restored()

    @property
    def missing(self) -> int:
        """How many captures have no body, although the facts say that the file has it."""
        return sum(len(waiting) for waiting in self._waiting.values())

    def enter_facts(self, record: FactsRecord) -> None:
        """Store the facts of a record. The caller has begun a transaction.

        Raises FactError before anything is stored.
        """
        found = checked(record)
        domain = self._domain or found.domain
        retailers.add_retailer(self._db, domain, found.name)
        attributes.join(self._db, domain, found.attributes)
        for kind in found.kinds:
            retailers.add_policy(self._db, domain, kind=kind)
        if found.page:
            self._enter_page(found, domain, *found.page)
        for clue in found.clues:
            facts.enter_clue(self._db, domain, clue)

    def _enter_page(self, found: "CheckedFacts", domain: str, kind: str, page: Fact) -> None:
        """Store a page and its captures for the retailer `domain`."""
        policy_id = retailers.add_policy(self._db, domain, kind=kind)
        self._hashes = found.bodies
        known = retailers.find_anywhere(self._db, domain, page["url"])
        if known and known[1] == "privacy" and not known[0].waypoint and kind in ("candidate", "regional"):
            # In this archive file, the page is already known to have the policy.
            policy_id, page = known[0].policy_id, page | {"relation": None, "finding": None}
        entered = facts.enter_page(self._db, policy_id, page)
        for fact in found.captures:
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
        """Store the body of a record, if the facts name this record. Return whether they do.

        The caller has begun a transaction. If the body has another hash than the facts say, somebody changed
        it, and it is not stored.
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


@dataclass(frozen=True)
class CheckedFacts:
    """The facts of one record, with the right forms: of one retailer, and of one of its pages or of none.

    `domain` is the retailer in the file. `attributes` are (name, value, moment). `page` is a kind of policy
    with the facts of the page.
    """

    domain: str
    name: str | None
    attributes: list[list[str]]
    kinds: list[str]
    clues: list[Fact]
    captures: list[Fact]
    page: tuple[str, Fact] | None

    @property
    def bodies(self) -> dict[str, str]:
        """Record id -> hash of the body, for the captures that have a body."""
        if self.page is None:
            return {}
        kind, page = self.page
        return {
            record_id(self.domain, kind, page["url"], fact): str(fact["body"])
            for fact in self.captures
            if fact["body"]
        }


def checked(record: FactsRecord) -> CheckedFacts:
    """Return the facts of a record. Raises FactError if one of them has a wrong form."""
    facts = record.facts
    page = None
    if "page" in facts:
        page = forms.kind_of(facts.get("policy")), forms.page_of(facts["page"])
    domain, name = forms.retailer_of(facts)
    return CheckedFacts(
        domain,
        name,
        forms.attributes_of(facts),
        [forms.kind_of(kind) for kind in forms.list_of(facts, "policies")],
        [forms.clue_of(clue) for clue in forms.list_of(facts, "clues")],
        [forms.capture_of(capture) for capture in forms.list_of(facts, "captures")],
        page,
    )
