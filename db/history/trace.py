"""The trail of a policy: its good captures page by page, which of their texts are one wording, the timeline that they make.

What differs between two captures of a page is judged in db/history/token_diff.py (by the two texts), db/history/noise.py (by the page's history) and
db/history/page_text.py (by the two bodies); texts between which no word of the policy differs are one wording here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlite_utils import Database

from db.history.good_captures import TIE_BREAK
from db.history.imported_texts import place
from db.history.noise import ReadText, Step, comparer, follow
from db.history.page_text import SourceText, mark_extraction
from db.history.timeline import MinorKind, Timeline, Witness, build_timeline
from db.history.token_diff import PRESENTATION, Hunk
from db.history.tokenized import TokenizedText, letters
from db.store.bodies import Bodies

CACHED_TEXTS = 16  # texts and bodies kept taken apart: a page flips between few, and policies have few pages


@dataclass(frozen=True)
class Trace:
    """What follows from a policy's witnesses: its timeline, and the steps of each page from text to text, judged."""

    timeline: Timeline
    steps: dict[str, list[Step]]


def trace(witnesses: Sequence[Witness], read: ReadText, page_of: Callable[[int], str]) -> Trace:
    """Follow a policy through its good captures, given by time.

    Those whose pages are held are followed by them, imported texts placed among them (db/history/imported_texts.py). `Witness.wording` is the
    hash of its text's wording; `read` gives a text by its id, `page_of` the letters of a body by its.
    """
    held = [witness for witness in witnesses if witness.body_id is not None]
    imported = [witness for witness in witnesses if witness.body_id is None]
    of_held, of_imported = _TracedPages(held, read, page_of), _TracedPages(imported, read, page_of)
    shown = [replace(witness, wording=of_held.same.of(witness.text_id)) for witness in held]
    shown += place(shown, imported, lambda witness: of_imported.same.of(witness.text_id), read, page_of)
    shown.sort(key=lambda witness: witness.captured_at)
    exact = {witness.text_id: witness.wording for witness in witnesses}
    settings = of_held.settings | of_imported.settings

    def setting(before: Witness, after: Witness) -> MinorKind | None:
        if (before.body_id is None) != (after.body_id is None):
            return "extractor"  # also where only the markup differs: each tool has its own
        if exact[before.text_id] == exact[after.text_id]:
            return "presentation"
        return settings.get((before.text_id, after.text_id)) if before.page == after.page else None

    steps = {page: [*of_held.steps.get(page, []), *of_imported.steps.get(page, [])]
             for page in dict.fromkeys(witness.page for witness in witnesses)}  # fmt: skip
    return Trace(build_timeline(shown, setting), steps)


class _TracedPages:
    """Witnesses of one origin followed page by page: the steps of each, judged, and which of their texts are one wording."""

    def __init__(self, witnesses: Sequence[Witness], read: ReadText, page_of: Callable[[int], str]) -> None:
        compared = comparer(read)
        self.steps = {page: follow(of_page, read, compared) for page, of_page in _pages(witnesses)}
        every = [step for of_page in self.steps.values() for step in of_page]
        for step in every:
            if step.is_change:
                mark_extraction(step, read, page_of)
        self.same = WordingClasses(witnesses)
        for step in every:
            if not step.is_change:
                self.same.join(step.old.text_id, step.new.text_id)
        _reconcile(witnesses, self.same, read)
        self.settings = {(step.old.text_id, step.new.text_id): _setting(step.hunks) for step in every}


def _pages(witnesses: Sequence[Witness]) -> Iterator[tuple[str, list[Witness]]]:
    pages: dict[str, list[Witness]] = {}
    for witness in witnesses:
        pages.setdefault(witness.page, []).append(witness)
    yield from pages.items()


def _setting(hunks: Iterable[Hunk]) -> MinorKind | None:
    """What became of texts that say the same: the page was set anew, or the extractor took it otherwise; None for noise."""
    reasons = {hunk.reason for hunk in hunks}
    if reasons <= PRESENTATION:
        return "presentation"
    return "extractor" if "extraction" in reasons else None


class WordingClasses:
    """Which texts are one wording of the policy: equal under the contract, or different in nothing that is the policy's."""

    def __init__(self, witnesses: Sequence[Witness]) -> None:
        self._wording = {witness.text_id: witness.wording for witness in witnesses}
        self._order = {
            wording: number for number, wording in enumerate(dict.fromkeys(w.wording for w in witnesses))
        }
        self._parent = {wording: wording for wording in self._order}

    def of(self, text_id: int) -> str:
        """The wording that stands for all that are the same as this text's: the one seen first."""
        found = self._wording[text_id]
        while self._parent[found] != found:
            self._parent[found] = found = self._parent[self._parent[found]]
        return found

    def join(self, one: int, other: int) -> None:
        """Take two texts for the same."""
        first, second = sorted((self.of(one), self.of(other)), key=self._order.__getitem__)
        self._parent[second] = first


def _reconcile(witnesses: Sequence[Witness], same: WordingClasses, read: ReadText) -> None:
    """Take texts of different addresses for the same where they differ in nothing that is the policy's."""
    compared = comparer(read, moved=True)
    shown: dict[str, Witness] = {}
    before: Witness | None = None
    for witness in witnesses:
        own = shown.get(witness.page)
        came = own is None or same.of(own.text_id) != same.of(witness.text_id)
        apart = before and before.page != witness.page and same.of(before.text_id) != same.of(witness.text_id)
        if (
            before
            and came
            and apart
            and not any(h.reason == "wording" for h in compared(before.text_id, witness.text_id))
        ):
            same.join(before.text_id, witness.text_id)
        shown[witness.page] = before = witness


def witnesses_of(db: Database, policy_id: int) -> list[Witness]:
    """The good captures of a privacy policy, by time; none where no capture has the verdict `policy`, nor of another kind."""
    rows = db.execute(
        f"""select c.captured_at, cast(g.id as text), c.text_id, t.wording, c.body_id, t.extractor
        from captures c join pages g on g.id = c.page_id join texts t on t.id = c.text_id join policies p on p.id = g.policy_id
        where p.id = ? and p.kind = 'privacy' and c.verdict = 'policy' and c.captured_at is not null
        order by c.captured_at, {TIE_BREAK}""",
        [policy_id],
    )
    return [Witness(*row) for row in rows]


def text_reader(db: Database, kept: int = CACHED_TEXTS) -> ReadText:
    """ReadText texts by id, the last ones (so many) from memory."""

    @lru_cache(kept)
    def read(text_id: int) -> TokenizedText:
        (markdown,) = db.execute("select markdown from texts where id = ?", [text_id]).fetchone()
        return TokenizedText(markdown)

    return read


def page_reader(db: Database, source_text: SourceText, kept: int = CACHED_TEXTS) -> Callable[[int], str]:
    """ReadText the letters of bodies by id, the last ones (so many) from memory."""
    bodies = Bodies(db)

    @lru_cache(kept)
    def page_of(body_id: int) -> str:
        return letters(source_text(bodies.get(body_id)))

    return page_of
