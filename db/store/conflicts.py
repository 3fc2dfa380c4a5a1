"""Conflicts: captures of which archives that were merged hold different bodies. docs/decisions/0015 says which is the own."""

from typing import Any

from sqlite_utils import Database

Conflict = dict[str, Any]

# Bodies that other archives hold for a capture, beside its own (or, where nobody holds one, other tools' texts).
TABLE = """
create table conflicts (
    id integer primary key,
    capture_id integer not null references captures(id),
    body_id integer references bodies(id),
    text_id integer references texts(id),
    archive text not null,
    headers text,
    fetched_at text,
    check ((body_id is null) != (text_id is null))
) strict"""

VIEW = """
create view conflicting_captures as
select p.retailer, p.kind, g.url, c.timestamp, c.original, c.digest, c.archive, c.fetched_at,
       coalesce(b.sha256, t.sha256) as sha256, x.archive as other_archive, x.fetched_at as other_fetched_at,
       coalesce(y.sha256, z.sha256) as other_sha256, x.id as conflict_id, x.capture_id, g.policy_id
from conflicts x
join captures c on c.id = x.capture_id
join pages g on g.id = c.page_id
join policies p on p.id = g.policy_id
left join bodies b on b.id = c.body_id
left join texts t on t.id = c.text_id
left join bodies y on y.id = x.body_id
left join texts z on z.id = x.text_id
"""


def of_retailer(db: Database, domain: str) -> list[Conflict]:
    """Those of a retailer, by address and time: rows of the view `conflicting_captures`. May be empty."""
    query = "select * from conflicting_captures where retailer = ? order by url, timestamp, other_sha256"
    return list(db.query(query, [domain]))


def latest(db: Database, limit: int) -> list[Conflict]:
    """The ones that were found last."""
    return list(db.query("select * from conflicting_captures order by conflict_id desc limit ?", [limit]))


def in_words(conflict: Conflict) -> str:
    """Say in a line which capture has which two bodies."""
    own, other = (
        f"{conflict[f'{of}sha256'][:12]} ({conflict[f'{of}archive']}, {conflict[f'{of}fetched_at'] or 'not asked for'})"
        for of in ("", "other_")
    )
    line = f"two bodies for {conflict['original'][:200]} at {conflict['timestamp']}: {own}, and {other}"
    return "".join(sign if sign.isprintable() else "?" for sign in line)  # another archive may say anything
