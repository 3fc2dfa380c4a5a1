"""Days that no capture shows: between two good captures, or after the last one.

A day is unseen if the captures around it show different versions (it is in a bracket), if it is in a gap
(docs/glossary.md), and after the last good capture.
"""

from dataclasses import dataclass

from sqlite_utils import Database

from db.history.good_captures import GoodCapture
from db.query.gaps import is_gap


@dataclass(frozen=True)
class UnseenTime:
    """A time without a good capture: nothing is known of the policy in it.

    `after` is the moment of the last good capture before it, and `before` that of the next one, or None after
    the last one (ISO 8601). `same_version` is True if both show one version. `other_captures` names the other
    captures in that time, as in "2 error-page, 1 skipped"; None without any.
    """

    after: str
    before: str | None
    same_version: bool
    other_captures: str | None

    def __str__(self) -> str:
        """Return it for people: which time, and that nothing is known of it."""
        when = (
            f"between {self.after[:10]} and {self.before[:10]}" if self.before else f"after {self.after[:10]}"
        )
        others = f" is known to show the policy ({self.other_captures})" if self.other_captures else ""
        return f"no capture {when}{others}: nothing is known of this time"

    @property
    def shown(self) -> str:
        """What is shown instead of the unknown text, for people."""
        return f"shown is the version seen before{' and after' if self.same_version else ''}"


def unseen_at(
    db: Database,
    policy_id: int,
    moment: str,
    capture: GoodCapture,
    later: GoodCapture | None,
    *,
    changed: bool,
) -> UnseenTime | None:
    """Return the time without a good capture around a moment (ISO 8601), or None if its day was seen.

    `capture` is the last good capture until the moment, and `later` the next good capture. `changed` is True
    if the two show different versions.
    """
    if capture.captured_at[:10] == moment[:10] or (later and later.captured_at[:10] == moment[:10]):
        return None
    if later and not changed and not is_gap(capture.captured_at, later.captured_at):
        return None
    before = later.captured_at if later else None
    others = _other_captures(db, policy_id, capture.captured_at, before)
    return UnseenTime(capture.captured_at, before, bool(later) and not changed, others)


def _other_captures(db: Database, policy_id: int, after: str, before: str | None) -> str | None:
    rows = db.execute(
        """select coalesce(c.verdict, iif(c.state = 'fetched', 'not judged', c.state)) as what, count(*)
        from pages g cross join captures c on c.page_id = g.id
        where g.policy_id = ? and c.captured_at > ? and c.captured_at < ? and c.verdict is not 'policy'
        group by what order by count(*) desc, what""",
        [policy_id, after, before or "9999"],
    ).fetchall()
    return ", ".join(f"{number} {what}" for what, number in rows) or None
