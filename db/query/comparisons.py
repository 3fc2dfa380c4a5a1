"""Two captures compared for people: the stored difference of a change, or the difference of any two days."""

from dataclasses import dataclass

from sqlite_utils import Database

from db.history import good_captures, judgement
from db.history.comparison.differences import Difference, Size, fit, size
from db.history.comparison.words import Words
from db.history.good_captures import GoodCapture
from db.history.readable_diff import Piece, pieces
from db.history.timeline import Witness
from db.history.trace import text_reader
from db.history.versions import version_at


@dataclass(frozen=True)
class Comparison:
    """Two captures of a policy, with the words of their texts and the differences."""

    old: GoodCapture
    new: GoodCapture
    old_words: Words
    new_words: Words
    differences: tuple[Difference, ...]

    @property
    def is_one_capture(self) -> bool:
        """True if there is nothing to compare, because both sides are one capture."""
        return self.old.id == self.new.id

    @property
    def size(self) -> Size:
        """How much the texts differ, as in the table `changes`."""
        return size(self.old_words, self.new_words, self.differences)

    def pieces(self) -> list[Piece]:
        """Return the difference paragraph by paragraph."""
        return pieces(self.old_words, self.new_words, self.differences)


def of_change(db: Database, change_id: int) -> Comparison | None:
    """Return the comparison of the two captures between which a change happened.

    Returns None if a run was stopped, and one of these captures is not good any more.
    """
    policy_id, last_old, old_text, first_new, new_text = db.execute(
        "select policy_id, last_old, old_text_id, first_new, new_text_id from changes where id = ?",
        [change_id],
    ).fetchone()
    old = good_captures.at(db, policy_id, last_old, old_text)
    new = good_captures.at(db, policy_id, first_new, new_text)
    return of_captures(db, policy_id, old, new) if old and new else None


def of_latest_change(db: Database, policy_id: int) -> Comparison | None:
    """Return the comparison of the latest change of wording, or None without one."""
    found = db.execute(
        """select id from changes where policy_id = ? and kind = 'wording'
        order by first_new desc, id desc limit 1""",
        [policy_id],
    ).fetchone()
    return of_change(db, found[0]) if found else None


def change_between(db: Database, policy_id: int, old: int, new: int, at: str = "") -> int | None:
    """Return the id of the change of wording from one version to another, by number; None without one.

    If there are several, the one whose first new capture was made at the moment `at` (ISO 8601) is returned,
    else the first one.
    """
    found = db.execute(
        """select c.id from changes c
        join versions o on o.id = c.old_version join versions n on n.id = c.new_version
        where c.policy_id = :policy and c.kind = 'wording' and o.number = :old and n.number = :new
        order by c.first_new = :at desc, c.first_new, c.id limit 1""",
        {"policy": policy_id, "old": old, "new": new, "at": at},
    ).fetchone()
    return found[0] if found else None


def of_captures(db: Database, policy_id: int, old: GoodCapture, new: GoodCapture) -> Comparison:
    """Return the comparison of two good captures of a policy.

    If a change has the same two texts, its differences are returned, which were judged with the whole history
    of the page. Otherwise the two captures are judged alone.
    """
    read = text_reader(db)
    words = judgement.words_reader(read)
    before, after = words(old.text_id), words(new.text_id)
    change = _change_of(db, policy_id, old, new)
    found = stored(db, change) if change else ()
    if not found or not fit(before, after, found):
        one_version = _is_one_version(db, policy_id, old, new)
        found = judgement.judge_apart(_witness(old), _witness(new), read, words, one_version=one_version)
    return Comparison(old, new, before, after, found)


def stored(db: Database, change_id: int) -> tuple[Difference, ...]:
    """Return the stored places of a change in order; () if an older policytrail derived it."""
    rows = db.execute(
        f"select {', '.join(judgement.COLUMNS)} from differences where change_id = ? order by place",
        [change_id],
    )
    return tuple(Difference(*row) for row in rows)


def _change_of(db: Database, policy_id: int, old: GoodCapture, new: GoodCapture) -> int | None:
    """Return the id of a change with the texts of two captures, or None; their own change comes first."""
    found = db.execute(
        """select id from changes where policy_id = :policy and old_text_id = :old and new_text_id = :new
        order by (last_old = :last_old and first_new = :first_new) desc, id limit 1""",
        {
            "policy": policy_id,
            "old": old.text_id,
            "new": new.text_id,
            "last_old": old.captured_at,
            "first_new": new.captured_at,
        },
    ).fetchone()
    return found[0] if found else None


def _witness(capture: GoodCapture) -> Witness:
    return Witness(capture.captured_at, str(capture.page_id), capture.text_id, wording="")


def _is_one_version(db: Database, policy_id: int, old: GoodCapture, new: GoodCapture) -> bool:
    """Return whether the history judged two captures as one wording. A variant is another wording."""
    variants = db.execute(
        "select 1 from variants where policy_id = ? and text_id in (?, ?) limit 1",
        [policy_id, old.text_id, new.text_id],
    ).fetchone()
    versions = {version_at(db, policy_id, capture.captured_at) for capture in (old, new)}
    return variants is None and len(versions) == 1 and None not in versions
