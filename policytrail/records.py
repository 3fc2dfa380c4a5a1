"""What an archive returns: frozen dataclasses. All times are aware datetimes in UTC, from captures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from waybackpy.cdx_snapshot import CDXSnapshot


@dataclass(frozen=True, slots=True)
class Retailer:
    """A retailer, and how much of its policy is known.

    `domain` has no `www.`; an international one has the form `xn--…`. `name` is None if no list names it.
    `addresses` are the pages at which its policy is or was. `versions` and `changes` (of wording) are
    numbers. `first_good` and `last_good` are the times of its first and last good capture (a capture that
    shows a policy); None without any. `attributes` are the other columns of the user's list (sector,
    country), name -> value; {} without any.
    """

    domain: str
    name: str | None
    addresses: tuple[str, ...]
    versions: int
    changes: int
    first_good: datetime | None
    last_good: datetime | None
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Version:
    """A distinct wording of a policy.

    `number` counts from 1. `first_seen` and `last_seen` are the times of its first and last capture; between
    them, other versions can have been shown. `captures` is a number, `words` the length of its text in words.
    `language` is a code such as `en`; None if unknown. `sha256` is the hash of its text.
    """

    retailer: str
    number: int
    title: str
    language: str | None
    words: int
    first_seen: datetime
    last_seen: datetime
    captures: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Capture:
    """A capture that is evidence of a text.

    `archive` is the web archive's name, `timestamp` the time as it writes it, and `original` the captured
    address. `address` is where the capture can be read; None for an archive that is not public.
    """

    archive: str
    timestamp: str
    original: str
    address: str | None


class ListedCapture(CDXSnapshot):
    """A capture of a policy as waybackpy's CDXSnapshot: its row in the index of the web archive.

    `state` is what is known of it: `listed`, `skipped`, `fetched`, `failed` or `excluded`. `verdict` is what
    it shows, `policy` or another one (docs/extraction.md); None if it was not fetched. `reason` explains
    both, or is None. `archive` is the web archive's name. `archive_url` is where the capture can be read; ""
    for an archive that is not public.
    """

    def __init__(
        self, row: CDXSnapshot, state: str, verdict: str | None, reason: str | None, capture: Capture
    ) -> None:
        super().__init__(vars(row))
        self.state, self.verdict, self.reason, self.archive = state, verdict, reason, capture.archive
        self.archive_url = capture.address or ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A statement that appeared, vanished or changed between the two texts of a change (docs/meaning.md).

    It is about what the text says, and rules that can be wrong recognised it. `kind` is what it is about,
    such as `sale`, and `what` the same in more detail. `move` is `added`, `removed` or `changed`. `before`
    and `after` are quotes of the old and the new text, "" for none. `section` is the heading above, and
    `rule` the name of the rule. `weight` says how much it matters, from 5 to 1. `certainty` is `stated`, or
    `possible` for a kind whose rules are often wrong. `lasting` is false if one capture shows it and the next
    change takes it back; None while one capture shows the newest text.
    """

    kind: str
    move: str
    what: str
    before: str
    after: str
    section: str
    rule: str
    weight: int
    certainty: str
    lasting: bool | None


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a policy. It happened between `last_old` and `first_new`; its exact time is unknown.

    `kind` is `wording`, or for one version `presentation` (only links or markup) or `extractor` (only the
    program that made the text). `last_old` is the time of the last capture with the old text, `old_capture`,
    and `first_new` that of the first one with the new text, `new_capture`. `similarity` is the share of words
    that stayed, from 0 to 1. `set_aside` is the number of places that differ and do not count as a change.

    `stated_before` and `stated_date` are the dates that the old and the new text state as their own, as
    `2018-05-25` or `2018-05`; None without one. `announced` is what they say about the change: `announced`,
    `ahead`, `silent`, `undated` or `false` (docs/history.md); None in a file of an older policytrail.
    `suspect` has the reasons why the capture may be at fault and not the policy; None without any.
    `known_at` is when this archive file first had the change; None if a repair of the file lost it.

    `findings` say what the new text says otherwise, those of most weight first; () if no statement was
    recognised. `unquoted` is the number of changed words that no finding quotes; None if it is unknown, as in
    a file of an older policytrail.
    """

    retailer: str
    kind: str
    old_version: int
    new_version: int
    last_old: datetime
    first_new: datetime
    words_added: int
    words_removed: int
    similarity: float
    stated_before: str | None
    stated_date: str | None
    announced: str | None
    suspect: str | None
    old_capture: Capture
    new_capture: Capture
    set_aside: int = 0
    known_at: datetime | None = None
    findings: tuple[Finding, ...] = ()
    unquoted: int | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """Words in which a promise stood: the first capture and the version that have them first."""

    since: datetime
    version: int
    quote: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise of a policy, and the time in which it stood, whatever its words (docs/meaning.md).

    `kind` is `sale`, `sharing`, `retention`, `right`, `choice`, `notice` or `children`. `polarity` is
    `states` or `denies`. `value` and `unit` are the number that it names (`13`, `months`), and `scope` is for
    whom it is said; None without one. `quote` are its last words, and `wordings` all its words in time.

    It began between the captures `last_without` (None if the first text that was read has it) and
    `first_with`. `unknown_until` is the last capture before `first_with` if there is one and no earlier text
    was read for claims: it may have begun earlier. It ended between `last_with` and `first_without` (None if
    it did not end). `ending` is `removed`; `reversed` if the text then says the opposite, `changed` if it
    then names another number, with the words in `after`; None if it did not end. `unknown_since` is the first
    capture after `last_with` if no version since then was read for claims: whether the promise stands is not
    known. It is None if it stands or ended.
    """

    retailer: str
    kind: str
    polarity: str
    subject: str
    value: str | None
    unit: str | None
    scope: str | None
    quote: str
    last_without: datetime | None
    first_with: datetime
    last_with: datetime
    first_without: datetime | None
    unknown_until: datetime | None
    unknown_since: datetime | None
    ending: str | None
    after: str | None
    wordings: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a policy on a day, as Markdown.

    It is the text of the capture at `captured_at`. `next_seen` is the time of the next good capture; None if
    there is none. If `changed_by_then` is true, that capture has another wording, so the text can have been
    replaced before the day. `unseen` says in words between which captures nothing is known, if no capture
    shows that day; else None. `version` is None if a run was stopped before it derived the history.
    """

    retailer: str
    version: int | None
    title: str
    markdown: str
    captured_at: datetime
    next_seen: datetime | None
    changed_by_then: bool
    unseen: str | None
    capture: Capture


@dataclass(frozen=True, slots=True)
class Place:
    """A place where two texts differ.

    `section` is the heading above it, "" before the first heading. `removed` and `added` are the words that
    went and came. `counts` is true if it is a change of the policy's wording; `reason` and `why` explain why
    it counts or does not (docs/history.md).
    """

    section: str
    removed: str
    added: str
    counts: bool
    reason: str
    why: str


@dataclass(frozen=True, slots=True)
class Diff:
    """The difference of two texts of a policy, as the command `diff` shows it.

    `words_added` and `words_removed` are the numbers of words at the places that count. `similarity` is the
    share of words that stayed, from 0 to 1. `places` are in the order of the text; () for equal texts.
    """

    words_added: int
    words_removed: int
    similarity: float
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A time or an address without a good capture. It never means that there was no policy.

    `kind` is as in the view `gaps` (docs/archive.md). `since` and `until` are its ends, None if it is open at
    that end. `captures` is how many other captures lie in it, and `reason` the most frequent reason.
    """

    retailer: str
    kind: str
    since: datetime | None
    until: datetime | None
    captures: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class Mention:
    """A time without interruption in which a policy has the searched words.

    The words came between `last_without`, the last capture without them, and `first_with`; `last_without` is
    None if the first known text has them. They went between `last_with` and `first_without`; that is None if
    the latest known text has them. `versions` are the numbers of the versions with the words, in order.
    """

    last_without: datetime | None
    first_with: datetime
    last_with: datetime
    first_without: datetime | None
    versions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FindingTrend:
    """How many retailers' policies changed in a period what they say about a kind (docs/meaning.md).

    `kind` and `move` are those of the findings. `period` is its name (2018-H1), `start` and `end` are its
    first and last day. `certain` is the number of retailers with such a change whose two captures were made
    in the period; `most` has also those with one whose bracket reaches into it. `base` is the number of
    retailers of which something is known in the period: their first good capture is not after it, and their
    last one not before it. `seen` is how many of them have a good capture in it. `share` and `most_share` are
    `certain` and `most` divided by `base`, from 0 to 1.
    """

    kind: str
    move: str
    period: str
    start: date
    end: date
    certain: int
    most: int
    base: int
    seen: int
    share: float
    most_share: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A retailer whose policy has the searched words, and the times in which it has them, earliest first.

    `version` is the number of the version that fits best, and `title` its title. `snippet` has some of its
    text, with the words in «». `name` is None if no list names the retailer. `certain` is True if captures in
    the searched period show it: a text with the words, or both sides of their removal; always without one.
    """

    retailer: str
    name: str | None
    version: int
    title: str
    snippet: str
    mentions: tuple[Mention, ...]
    certain: bool
