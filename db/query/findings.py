"""The findings of changes: what the text says otherwise."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from sqlite_utils import Database

from db.schema.ids import IDS_PER_POLICY

_COLUMNS = "kind, move, what, before, after, section, rule, weight, certainty, lasting, place"
MOVES = ("added", "removed", "changed")
SHOWN = 5  # findings of a change that people see at once
# SQL: whether a quote has words. Of quotes in ASCII, most of all, SQLite knows upper and lower case itself.
_QUOTED = """case when length(cast(f.before || f.after as blob)) = length(f.before || f.after)
    then instr(lower(f.before || char(10) || f.after), :finding_quote)
    else has_words(f.before, f.after, :finding_quote) end"""
_AT_ONCE = 500  # ids in one query


@dataclass(frozen=True)
class StoredFinding:
    """A finding as it is stored (docs/archive.md, table `findings`).

    `lasting` is 1, 0, or None while it is unknown. `before` and `after` are quotes, "" for none.
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
    lasting: int | None
    place: int

    @property
    def head(self) -> str:
        """The kind for people: `sale`, `sharing (possible)`, `sale (one capture only)`."""
        beside = ["possible"] if self.certainty == "possible" else []
        beside += ["one capture only"] if self.lasting == 0 else []
        return f"{self.kind} ({', '.join(beside)})" if beside else self.kind

    @property
    def sentence(self) -> str:
        """What the text says otherwise, with the quotes."""
        if self.move == "changed" and self.before and self.after:
            return f"the text says “{self.after}” instead of “{self.before}”"
        if self.after:
            return f"the text now says “{self.after}”"
        return f"the text no longer says “{self.before}”"


@dataclass(frozen=True)
class FindingFilter:
    """Which findings are wanted; without arguments, all.

    `kind` is a kind, `move` one of MOVES, and `quote` are words that a quote has, in upper or lower case; ""
    stands for any. With `lasting`, a finding that one capture shows, and that the next change takes back, is
    left out.
    """

    kind: str = ""
    move: str = ""
    quote: str = ""
    lasting: bool = False

    def __bool__(self) -> bool:
        return self != FindingFilter()

    def takes(self, one: StoredFinding) -> bool:
        """Return whether a finding is wanted."""
        return bool(
            self.kind in ("", one.kind)
            and self.move in ("", one.move)
            and _has_words(one.before, one.after, _folded(self.quote))
            and (one.lasting != 0 or not self.lasting)
        )

    def condition(self, db: Database) -> tuple[str, dict[str, str]]:
        """Return the SQL condition on a finding `f`, and its values. It is for this connection only."""
        values = {name: value for name in ("kind", "move") if (value := getattr(self, name))}
        conditions = ["true", *(f"f.{name} = :finding_{name}" for name in values)]
        if self.quote:
            db.conn.create_function("has_words", 3, _has_words, deterministic=True)
            conditions.append(_QUOTED)
            values["quote"] = _folded(self.quote)
        if self.lasting:
            conditions.append("f.lasting is not 0")
        return " and ".join(conditions), {f"finding_{name}": value for name, value in values.items()}


def _has_words(before: str, after: str, folded: str) -> bool:
    """Return whether one of two quotes has some words. `folded` are the words as `_folded` returns them."""
    return folded in before.casefold() or folded in after.casefold()


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()


@dataclass(frozen=True)
class Meaning:
    """The findings of a change, the weightiest first, and how many changed words none of them quotes.

    `unquoted` is None if the texts went over a limit (`is_over_limit`), or if an older policytrail derived
    the change: then it is unknown what the change means.
    """

    findings: tuple[StoredFinding, ...] = ()
    unquoted: int | None = None
    is_over_limit: bool = False

    @property
    def is_known(self) -> bool:
        """Whether something can be said: what rules found in the change, or why they did not read it."""
        return bool(self.findings) or self.unquoted is not None or self.is_over_limit

    def only(self, wanted: FindingFilter) -> Self:
        """Return the same meaning with the wanted findings only."""
        return replace(self, findings=tuple(filter(wanted.takes, self.findings)))

    @property
    def labels(self) -> list[str]:
        """The kinds of the findings with their moves, each once, the weightiest first: `sale removed`."""
        return list(dict.fromkeys(f"{one.kind} {one.move}" for one in self.findings))

    @property
    def rest(self) -> str:
        """A line about what no finding quotes, for people; "" if nothing is known, or all is quoted."""
        if self.is_over_limit:
            return "statements not read: the texts are too long"
        words = f"{self.unquoted} changed word{'' if self.unquoted == 1 else 's'}"
        if self.findings:
            return f"{words} without a recognised statement" if self.unquoted else ""
        return "" if self.unquoted is None else f"no statement recognised in {words}"


def of_changes(db: Database, change_ids: Iterable[int]) -> dict[int, Meaning]:
    """Return change id -> what the change means, for each of these changes."""
    ids, found, read = list(change_ids), dict[int, list[StoredFinding]](), dict[int, int | None]()
    for first in range(0, len(ids), _AT_ONCE):
        some = ids[first : first + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        read.update(
            db.execute(
                f"select change_id, unquoted from readings where change_id in ({marks})", some
            ).fetchall()
        )
        for change_id, *values in db.execute(
            f"select change_id, {_COLUMNS} from findings where change_id in ({marks}) order by id", some
        ):
            found.setdefault(change_id, []).append(StoredFinding(*values))
    return {
        number: Meaning(
            tuple(found.get(number, ())), read.get(number), is_over_limit=read.get(number, 0) is None
        )
        for number in ids
    }


def of_change(db: Database, change_id: int) -> Meaning:
    """Return what a change means."""
    return of_changes(db, [change_id])[change_id]


def of_policy(db: Database, policy_id: int, version: int | None = None) -> dict[tuple[int, str], Meaning]:
    """Return what the changes of wording of a policy mean, by the new version and its first capture.

    With `version`, only those after which this version was shown.
    """
    rows = db.execute(
        f"""select id, new_version % {IDS_PER_POLICY} as version, first_new from changes
        where policy_id = :policy and +kind = 'wording' and coalesce(version = :version, true)""",
        {"policy": policy_id, "version": version},
    ).fetchall()
    found = of_changes(db, (change_id for change_id, _, _ in rows))
    return {(version, moment): found[change_id] for change_id, version, moment in rows}


def latest_change(db: Database, policy_id: int, moment: str) -> tuple[str, str, Meaning] | None:
    """Return the last change of wording until a moment (ISO 8601): its two captures, and what it means.

    Returns None before the first change.
    """
    found = db.execute(
        """select id, last_old, first_new from changes
        where policy_id = ? and +kind = 'wording' and first_new <= ?
        order by first_new desc, id desc limit 1""",
        [policy_id, moment],
    ).fetchone()
    return (found[1], found[2], of_change(db, found[0])) if found else None


def between(db: Database, policy_id: int, last_old: str, first_new: str) -> Meaning:
    """Return what the change of wording between two captures (ISO 8601) means.

    Without such a change, nothing is known, as in `Meaning()`.
    """
    found = db.execute(
        """select id from changes
        where policy_id = ? and +kind = 'wording' and last_old = ? and first_new = ?""",
        [policy_id, last_old, first_new],
    ).fetchone()
    return of_change(db, found[0]) if found else Meaning()


def kinds(db: Database) -> list[str]:
    """Return the kinds of findings that the archive file has, by name; [] without findings."""
    return [kind for (kind,) in db.execute("select distinct kind from findings order by kind").fetchall()]
