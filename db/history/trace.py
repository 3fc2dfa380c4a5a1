"""The whole history of a policy, made from its good captures: differences, wordings, timeline.

The reason of a difference between two captures of a page comes from the two texts
(`comparison/token_diff.py`), from the history of the page (noise/), or from the two bodies (page_text.py).
Texts that differ in no word of the policy are one wording.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlite_utils import Database

from db.history.comparison.beside_policy.bare_pages import without_cuts
from db.history.comparison.hunks import PRESENTATION, Hunk
from db.history.comparison.long_texts.recent import keeping_recent
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.tokens import letters
from db.history.good_captures import TIE_BREAK
from db.history.imported_texts import place_imported
from db.history.noise.follow import follow
from db.history.noise.steps import ReadText, Step, comparer
from db.history.other_languages import other_languages
from db.history.page_text import SourceText, mark_extraction
from db.history.timeline import MinorKind, Timeline, Witness, build_timeline
from db.store.bodies import Bodies

CACHED_TEXTS = 64  # texts and bodies in memory, or fewer long ones: most policies have no more


@dataclass(frozen=True)
class Trace:
    """The timeline of a policy, and the steps of each page between its texts."""

    timeline: Timeline
    steps: dict[str, list[Step]]


def trace(witnesses: Sequence[Witness], read: ReadText, page_of: Callable[[int], str]) -> Trace:
    """Return the history of a policy.

    `witnesses` are its good captures in order of time; their `wording` is the key of the text's wording.
    `read` takes a text's id. `page_of` takes a body's id and returns the letters of its page. Imported texts
    are placed among the captures with bodies (db/history/imported_texts.py).
    """
    stored = [witness for witness in witnesses if witness.body_id is not None]
    imported = [witness for witness in witnesses if witness.body_id is None]
    of_stored, of_imported = _TracedPages(stored, read, page_of), _TracedPages(imported, read, page_of)
    placed = [replace(witness, wording=of_stored.classes.of(witness.text_id)) for witness in stored]
    placed += place_imported(
        placed, imported, lambda witness: of_imported.classes.of(witness.text_id), read, page_of
    )
    placed.sort(key=lambda witness: witness.captured_at)
    exact = {witness.text_id: witness.wording for witness in witnesses}
    minor_kinds = of_stored.minor_kinds | of_imported.minor_kinds

    def minor_kind(before: Witness, after: Witness) -> MinorKind | None:
        if (before.body_id is None) != (after.body_id is None):
            return "extractor"  # even if only the markup differs, because each tool writes its own markup
        if exact[before.text_id] == exact[after.text_id]:
            return "presentation"
        return minor_kinds.get((before.text_id, after.text_id)) if before.page == after.page else None

    pages = dict.fromkeys(witness.page for witness in witnesses)
    steps = {page: [*of_stored.steps.get(page, []), *of_imported.steps.get(page, [])] for page in pages}
    others = {witness for of_page in _pages(placed).values() for witness in other_languages(of_page, read)}
    main, aside = [w for w in placed if w not in others], [w for w in placed if w in others]
    return Trace(build_timeline(main, minor_kind, aside), steps)


class _TracedPages:
    """Good captures with bodies, or good captures with imported texts, compared page by page.

    Has the steps of each page, and the texts that are one wording.
    """

    def __init__(self, witnesses: Sequence[Witness], read: ReadText, page_of: Callable[[int], str]) -> None:
        compared = comparer(read)
        self.steps = {
            page: [step for part in _by_language(of_page, read) for step in follow(part, read, compared)]
            for page, of_page in _pages(witnesses).items()
        }
        every = [step for of_page in self.steps.values() for step in of_page]
        for step in every:
            if step.is_change:
                mark_extraction(step, read, page_of)
        self.classes = WordingClasses(witnesses)
        for step in every:
            if not step.is_change:
                self.classes.join(step.old.text_id, step.new.text_id)
        _reconcile(witnesses, self.classes, address_comparer(read, page_of))
        self.minor_kinds = {(step.old.text_id, step.new.text_id): _minor_kind(step.hunks) for step in every}


def _pages(witnesses: Iterable[Witness]) -> dict[str, list[Witness]]:
    pages: dict[str, list[Witness]] = {}
    for witness in witnesses:
        pages.setdefault(witness.page, []).append(witness)
    return pages


def _by_language(page: Sequence[Witness], read: ReadText) -> list[list[Witness]]:
    """Divide the captures of a page: those of the main language, then those of each other language."""
    others = set(other_languages(page, read))
    parts: dict[str | None, list[Witness]] = {}
    for witness in page:
        parts.setdefault(witness.language if witness in others else "", []).append(witness)
    return list(parts.values())


def _minor_kind(hunks: Iterable[Hunk]) -> MinorKind | None:
    """Return the kind of a difference that is no change of wording.

    Returns None if the difference is only noise.
    """
    reasons = {hunk.reason for hunk in hunks}
    if reasons <= PRESENTATION:
        return "presentation"
    return "extractor" if "extraction" in reasons else None


class WordingClasses:
    """Classes of texts that are one wording, because no word of the policy differs."""

    def __init__(self, witnesses: Sequence[Witness]) -> None:
        self._wording = {witness.text_id: witness.wording for witness in witnesses}
        self._order = {
            wording: number for number, wording in enumerate(dict.fromkeys(w.wording for w in witnesses))
        }
        self._parent = {wording: wording for wording in self._order}

    def of(self, text_id: int) -> str:
        """Return the wording that represents a text's class: the one that was captured first."""
        found = self._wording[text_id]
        while self._parent[found] != found:
            self._parent[found] = found = self._parent[self._parent[found]]
        return found

    def are_one(self, one: Witness, other: Witness) -> bool:
        """Return whether two captures show the same wording."""
        return self.of(one.text_id) == self.of(other.text_id)

    def join(self, one: int, other: int) -> None:
        """Join the classes of two texts (given by id) into one class."""
        first, second = sorted((self.of(one), self.of(other)), key=self._order.__getitem__)
        self._parent[second] = first


def _reconcile(
    witnesses: Sequence[Witness],
    classes: WordingClasses,
    compared: Callable[[Witness, Witness], Sequence[Hunk]],
) -> None:
    """Join texts of different addresses that differ in no word of the policy."""
    last: dict[str, Witness] = {}  # page -> its last good capture so far
    before: Witness | None = None
    for witness in witnesses:
        if (
            before
            and before.page != witness.page
            and not classes.are_one(before, witness)
            and not (witness.page in last and classes.are_one(last[witness.page], witness))
            and not any(hunk.reason == "wording" for hunk in compared(before, witness))
        ):
            classes.join(before.text_id, witness.text_id)
        last[witness.page] = before = witness


def address_comparer(
    read: ReadText, page_of: Callable[[int], str]
) -> Callable[[Witness, Witness], Sequence[Hunk]]:
    """Return a function that compares captures of two addresses and returns their hunks.

    `read` takes a text's id. `page_of` takes a body's id and returns the letters of its page.
    """
    compared = comparer(read, other_address=True)

    def hunks(before: Witness, after: Witness) -> Sequence[Hunk]:
        found = compared(before.text_id, after.text_id)
        if before.body_id is None or after.body_id is None or all(h.reason != "wording" for h in found):
            return found
        pages = page_of(before.body_id), page_of(after.body_id)
        return without_cuts(read(before.text_id), read(after.text_id), *pages, found)

    return hunks


def witnesses_of(db: Database, policy_id: int) -> list[Witness]:
    """Return the good captures of a privacy policy in order of time.

    Returns [] for a policy of another kind, or without good captures.
    """
    rows = db.execute(
        f"""select c.captured_at, cast(g.id as text), c.text_id, t.wording, c.body_id, t.extractor, t.language
        from captures c join pages g on g.id = c.page_id join texts t on t.id = c.text_id
        join policies p on p.id = g.policy_id
        where p.id = ? and p.kind = 'privacy' and c.verdict = 'policy' and c.captured_at is not null
        order by c.captured_at, {TIE_BREAK}""",
        [policy_id],
    )
    return [Witness(*row) for row in rows]


def text_reader(db: Database, kept: int = CACHED_TEXTS) -> ReadText:
    """Return a function that reads a text by its id.

    It keeps the last `kept` texts in memory, or fewer long ones.
    """

    def read(text_id: int) -> TokenizedText:
        row = db.execute("select markdown, stated_date from texts where id = ?", [text_id]).fetchone()
        return TokenizedText(*row)

    return keeping_recent(read, lambda text: sum(map(len, text.blocks)), kept)


def page_reader(db: Database, source_text: SourceText, kept: int = CACHED_TEXTS) -> Callable[[int], str]:
    """Return a function that takes a body's id and returns the letters of its page.

    It keeps the last `kept` results in memory, or fewer long ones.
    """
    bodies = Bodies(db)

    def page_of(body_id: int) -> str:
        return letters(source_text(bodies.get(body_id)))

    return keeping_recent(page_of, len, kept)
