"""Full-text search in the versions of policies, with a report by year.

Results are lists of dicts.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from sqlite_utils import Database

from db.query.searching.snippets import snippets
from db.schema.ids import IDS_PER_POLICY

Facts = dict[str, Any]

MAX_LENGTH = 200  # a query is cut after this many characters, enough for a sentence

# The first version and every change of wording are events. A wording that returns has several events. A
# version was shown from its event until the last capture before the next event; the time between is unknown.
EVENTS = """
select policy_id, id as version_id, null as last_old, first_seen as since, 0 as change from versions
where number = 1
union all
select policy_id, new_version, last_old, first_new, id from changes where kind = 'wording'
"""
# `shown` has a row for each event of a policy with a match: from `since` to `until` (None for the latest) the
# version was shown, and at `ended` another one was. `matches` has the versions with the words.
SHOWN = f"""with matches as materialized (
    select rowid as id from versions_fts where versions_fts match :match
),
shown as (
    select policy_id, version_id, last_old, since, change, lead(last_old) over later as until,
           lead(since) over later as ended
    from ({EVENTS}) where policy_id in (select id / {IDS_PER_POLICY} from matches)
    window later as (partition by policy_id order by since, change)
)"""


@dataclass(frozen=True)
class TextQuery:
    """What to search: words, retailers and period.

    `match` is an FTS5 expression, made by `match` or `phrase`. Without `domains`, all retailers are searched.
    `since` and `until` are ISO 8601 or its beginning (`2018`, `2018-05`), both included; "" means no limit.
    With `certain`, only policies are found of which captures in the period show what is searched.
    """

    match: str
    domains: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    certain: bool = False

    @property
    def parameters(self) -> dict[str, str]:
        """The values for the placeholders in the SQL of this module."""
        until = f"{self.until or '9999'}~"  # `~` sorts after every digit
        domains = {f"domain{number}": domain for number, domain in enumerate(self.domains)}
        return {"match": self.match, "since": self.since, "until": until, **domains}

    @property
    def retailers(self) -> str:
        """The SQL condition that selects the retailers, for policies with the alias `p`."""
        names = ", ".join(f":domain{number}" for number in range(len(self.domains)))
        return f"p.retailer in ({names})" if names else "true"

    @property
    def of_versions(self) -> str:
        """The SQL condition for matching versions (alias `v`) shown in the period. It must follow `SHOWN`."""
        shown = """v.id in (
            select s.version_id from shown s join versions w on w.id = s.version_id
            where s.since <= :until and coalesce(s.until, w.last_seen) >= :since)"""
        period = shown if self.since or self.until else "true"
        return f"versions_fts match :match and {self.retailers} and {period}"


def match(words: str) -> str:
    """Return an FTS5 expression that finds some words, or "" without words.

    Words in double quotes are a phrase. All other words can be at any place, but all must be there. Every
    word is quoted, because FTS5 would read a hyphen as an operator. Each word is searched once: the time of a
    search grows with the number of words.
    """
    parts = _readable(words).split('"')
    terms = [f'"{word}"' for part in parts[::2] for word in part.split()]
    return " ".join(dict.fromkeys([*terms, *(f'"{part}"' for part in parts[1::2] if part.strip())]))


def phrase(words: str) -> str:
    """Return an FTS5 expression that finds the words as one phrase, or "" without words.

    If the words contain double quotes, the result is the same as of `match`.
    """
    readable = _readable(words).strip()
    return match(readable) if '"' in readable or not readable else f'"{readable}"'


def versions(
    db: Database, query: TextQuery, *, marks: tuple[str, str], limit: int, offset: int = 0
) -> list[Facts]:
    """Return the matching versions that were shown in the period, the best match first.

    A row has domain, version, first_seen, last_seen, title, and snippet (found words are between the two
    `marks`). Skips `offset` rows and returns at most `limit`.
    """
    rows = db.query(
        f"""{SHOWN} select p.retailer as domain, v.number as version, v.first_seen, v.last_seen, t.title, v.id
        from versions_fts f join versions v on v.id = f.rowid join policies p on p.id = v.policy_id
        join texts t on t.id = v.text_id
        where {query.of_versions} order by rank limit :limit offset :offset""",
        {**query.parameters, "limit": limit, "offset": offset},
    )
    found = {row.pop("id"): row for row in rows}
    snippet_of = snippets(db, query.match, list(found), marks)
    return [{**row, "snippet": snippet_of[version_id]} for version_id, row in found.items()]


def count(db: Database, query: TextQuery) -> tuple[int, int]:
    """Return how many versions match, and how many retailers have one, in the period."""
    found = db.execute(
        f"""{SHOWN} select count(*), count(distinct v.policy_id)
        from versions_fts f cross join versions v on v.id = f.rowid join policies p on p.id = v.policy_id
        where {query.of_versions}""",
        query.parameters,
    ).fetchone()
    return int(found[0]), int(found[1])


def ranks(db: Database, query: TextQuery) -> dict[int, float]:
    """Return version id -> rank, for all matching versions. The best match has the smallest rank."""
    rows = db.execute(
        "select rowid, rank from versions_fts where versions_fts match :match", query.parameters
    )
    return dict(rows.fetchall())


def retailers_seen(db: Database, query: TextQuery) -> set[int]:
    """Return the ids of the policies with a good capture in the period."""
    rows = db.execute(
        f"""select p.id from policies p where {query.retailers} and exists (
            select 1 from pages g cross join captures c on c.page_id = g.id
            where g.policy_id = p.id and c.verdict = 'policy' and c.captured_at between :since and :until)""",
        query.parameters,
    )
    return {policy_id for (policy_id,) in rows}


def captured_years(db: Database, query: TextQuery) -> dict[int, frozenset[int]]:
    """Return policy id -> the years of its good captures, for the retailers of a query."""
    rows = db.execute(
        f"""select distinct g.policy_id, cast(substr(c.captured_at, 1, 4) as integer)
        from pages g join policies p on p.id = g.policy_id cross join captures c on c.page_id = g.id
        where p.kind = 'privacy' and c.verdict = 'policy' and c.captured_at is not null
        and {query.retailers} order by 1""",
        query.parameters,
    )
    return {policy: frozenset(year for _, year in own) for policy, own in groupby(rows, key=itemgetter(0))}


def years(db: Database, query: TextQuery, base: Mapping[int, frozenset[int]]) -> list[Facts]:
    """Return for each year how many retailers have a match.

    A row has year, retailers (with a matching version in that year), base (retailers with a good capture in
    that year), and share (retailers / base, None if base is 0). The period of the query is ignored. `base` is
    what `captured_years` returns for its retailers. Without good captures there are no rows.
    """
    if not base:
        return []
    seen = Counter(chain.from_iterable(base.values()))
    spans = db.execute(
        f"""{SHOWN}
        select policy_id, cast(substr(since, 1, 4) as integer),
               cast(substr(coalesce(until, :last), 1, 4) as integer)
        from shown where version_id in (select id from matches)""",
        {"match": query.match, "last": str(max(seen))},
    )
    matching: dict[int, set[int]] = {}
    for policy_id, since, until in spans:
        matching.setdefault(policy_id, set()).update(range(since, until + 1))
    mentioned = Counter(
        chain.from_iterable(
            years & base[policy_id] for policy_id, years in matching.items() if policy_id in base
        )
    )
    return [_year(year, mentioned[year], seen[year]) for year in range(min(seen), max(seen) + 1)]


def _year(year: int, retailers: int, base: int) -> Facts:
    return {
        "year": year,
        "retailers": retailers,
        "base": base,
        "share": round(retailers / base, 4) if base else None,
    }


def _readable(words: str) -> str:
    """Return the part of a query that is used.

    The NUL character becomes a space, because SQLite stops reading there.
    """
    return words.replace("\0", " ")[:MAX_LENGTH]
