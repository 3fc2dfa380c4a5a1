"""Search: which versions have these words, which retailer's policy had them first, and how many had them in each year.

Rows come back as dicts.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

Facts = dict[str, Any]

MAX_LENGTH = 200  # characters of a question that are looked at: a sentence of a policy, and not a page of it

_SNIPPET = "snippet(versions_fts, 1, :before, :after, ' … ', 24)"  # of the second column, the text

# A version holds from the event that brought it until the last capture before the next event; nothing is known between the
# two. Events are the first version and every change of wording, and a wording that returns has several.
_EVENTS = """
select policy_id, id as version_id, null as last_old, first_seen as since, 0 as change from versions where number = 1
union all
select policy_id, new_version, last_old, first_new, id from changes where kind = 'wording'
"""


@dataclass(frozen=True)
class TextQuery:
    """What is looked for: an FTS5 expression (`match` and `phrase` make one), among which retailers, in which period.

    No domains: all of them. `since` and `until` are ISO 8601, whole or the beginning of it (`2018`, `2018-05`), both included;
    "" is open.
    """

    match: str
    domains: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    @property
    def parameters(self) -> dict[str, str]:
        """What the statements of this module bind."""
        return {
            "match": self.match,
            "since": self.since,
            "until": f"{self.until or '9999'}~",
        }  # `~` sorts after every digit


def match(words: str) -> str:
    """Quote every word for FTS5, whose operators would otherwise make errors of a user's hyphens; phrases stay phrases.

    Words in double quotes are a phrase each, all others may stand anywhere. "" where there are no words.
    """
    parts = _readable(words).split('"')
    terms = [f'"{word}"' for part in parts[::2] for word in part.split()]
    return " ".join(terms + [f'"{part}"' for part in parts[1::2] if part.strip()])


def phrase(words: str) -> str:
    """Quote the words as one phrase, or, where there are quotes in them already, as `match` does. "" without words."""
    readable = _readable(words).strip()
    return match(readable) if '"' in readable or not readable else f'"{readable}"'


def versions(
    db: Database, question: TextQuery, *, marks: tuple[str, str], limit: int, offset: int = 0
) -> list[Facts]:
    """The versions seen in the period whose text matches, best first.

    Dicts of domain, version, first_seen, last_seen, title, snippet (the words in their place, between the `marks`).
    """
    return list(
        db.query(
            f"""select p.retailer as domain, v.number as version, v.first_seen, v.last_seen, t.title,
               {_SNIPPET} as snippet
        from versions_fts f join versions v on v.id = f.rowid join policies p on p.id = v.policy_id
        join texts t on t.id = v.text_id
        where versions_fts match :match and {_among(question)} and v.last_seen >= :since and v.first_seen <= :until
        order by rank limit :limit offset :offset""",
            {
                **question.parameters,
                **_named(question),
                "before": marks[0],
                "after": marks[1],
                "limit": limit,
                "offset": offset,
            },
        )
    )


def snippets(
    db: Database, question: TextQuery, version_ids: Sequence[int], *, marks: tuple[str, str]
) -> dict[int, str]:
    """The words in their place, between the `marks`, for versions that match, by id."""
    ids = ",".join(map(str, version_ids)) or "null"
    rows = db.execute(
        f"""select rowid, {_SNIPPET} from versions_fts
        where versions_fts match :match and rowid in ({ids})""",
        {"match": question.match, "before": marks[0], "after": marks[1]},
    )
    return dict(rows.fetchall())


def count(db: Database, question: TextQuery) -> tuple[int, int]:
    """How many versions seen in the period match, and of how many retailers."""
    found = db.execute(
        f"""select count(*), count(distinct v.policy_id) from versions_fts f cross join versions v on v.id = f.rowid
        join policies p on p.id = v.policy_id
        where versions_fts match :match and {_among(question)} and v.last_seen >= :since and v.first_seen <= :until""",
        {**question.parameters, **_named(question)},
    ).fetchone()
    return int(found[0]), int(found[1])


def firsts(db: Database, question: TextQuery) -> list[Facts]:
    """The first version of each retailer that matches, the earliest first; those that came in the period alone.

    Dicts of domain, name, version, last_without (when the text without it was last seen; None: it is in the first version,
    and nothing older is held), first_with (when it was first seen), still (whether the version that holds now matches), title,
    version_id. It came after the one and not after the other.
    """
    return list(
        db.query(
            f"""with matches as materialized (select rowid as id from versions_fts where versions_fts match :match),
        events as ({_EVENTS}),
        came as (
            select e.*, row_number() over (partition by policy_id order by since, change) as place
            from events e where version_id in (select id from matches)
        ),
        now as (
            select policy_id, version_id, row_number() over (partition by policy_id order by since desc, change desc) as place
            from events where policy_id in (select policy_id from came)
        )
        select p.retailer as domain, r.name, v.number as version, c.last_old as last_without, c.since as first_with,
               n.version_id in (select id from matches) as still, t.title, v.id as version_id
        from came c join now n on n.policy_id = c.policy_id and n.place = 1
        join versions v on v.id = c.version_id join texts t on t.id = v.text_id
        join policies p on p.id = c.policy_id join retailers r on r.domain = p.retailer
        where c.place = 1 and {_among(question)} and c.since between :since and :until
        order by c.since, p.retailer""",
            {**question.parameters, **_named(question)},
        )
    )


def years(db: Database, question: TextQuery) -> list[Facts]:
    """For each year from the first good capture to the last: how many retailers' policies matched, and of how many.

    Dicts of year, retailers (seen in that year, with a version that held in it and matches), base (those with any good capture
    in that year: of the others nothing is known), share (None where the base is 0). The question's period is not looked at.
    """
    base = db.execute(
        f"""select distinct g.policy_id, cast(substr(c.captured_at, 1, 4) as integer)
        from pages g join policies p on p.id = g.policy_id cross join captures c on c.page_id = g.id
        where p.kind = 'privacy' and c.verdict = 'policy' and c.captured_at is not null and {_among(question)}""",
        _named(question),
    ).fetchall()
    if not base:
        return []
    first, last = min(year for _, year in base), max(year for _, year in base)
    spans = db.execute(
        f"""with matches as materialized (select rowid as id from versions_fts where versions_fts match :match),
        spans as (
            select policy_id, version_id, since, lead(last_old) over (partition by policy_id order by since, change) as until
            from ({_EVENTS})
        )
        select policy_id, cast(substr(since, 1, 4) as integer), cast(substr(coalesce(until, :last), 1, 4) as integer)
        from spans where version_id in (select id from matches)""",
        {"match": question.match, "last": str(last)},
    )
    matching = {(policy_id, year) for policy_id, since, until in spans for year in range(since, until + 1)}
    seen = Counter(year for _, year in base)
    mentioned = Counter(year for policy_id, year in base if (policy_id, year) in matching)
    return [_year(year, mentioned[year], seen[year]) for year in range(first, last + 1)]


def _year(year: int, retailers: int, base: int) -> Facts:
    return {
        "year": year,
        "retailers": retailers,
        "base": base,
        "share": round(retailers / base, 4) if base else None,
    }


def _readable(words: str) -> str:
    """The part of a question that is looked at; SQLite would end it at a NUL."""
    return words.replace("\0", " ")[:MAX_LENGTH]


def _among(question: TextQuery) -> str:
    names = ", ".join(f":domain{number}" for number in range(len(question.domains)))
    return f"p.retailer in ({names})" if names else "true"


def _named(question: TextQuery) -> dict[str, str]:
    return {f"domain{number}": domain for number, domain in enumerate(question.domains)}
