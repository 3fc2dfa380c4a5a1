"""The times in which each retailer's policy has some words: since when, until when, and who removed them.

The versions with the words, and the times that captures show them, come from `db.query.searching.search`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from sqlite_utils import Database

from db.query.searching.search import SHOWN, TextQuery, ranks, retailers_seen
from db.query.searching.snippets import snippets
from db.schema.ids import IDS_PER_POLICY

_OPEN = "9999~"  # sorts after every time


@dataclass(frozen=True)
class Mention:
    """A time without interruption in which the texts of a policy have the words.

    All times are ISO 8601 moments of captures. The words came between `last_without` (the last capture
    without them) and `first_with`; `last_without` is None if the first known version has them. They went
    between `last_with` and `first_without`; if `first_without` is None, the latest known text has them, and
    `last_with` is the last good capture of that text. `versions` are the numbers of the versions that were
    shown, in order.
    """

    last_without: str | None
    first_with: str
    last_with: str
    first_without: str | None
    versions: tuple[int, ...]


@dataclass(frozen=True)
class RetailerMentions:
    """All times in which a retailer's policy has the words, the earliest first; there is at least one.

    `version` is the number of the version to show, `title` its title, and `snippet` some of its text, with
    the found words between two marks. `name` is None for a retailer without a name. `certain` is True if
    captures in the period of the search show it: a text with the words, or both sides of their arrival or
    removal.
    """

    domain: str
    name: str | None
    version: int
    title: str
    snippet: str
    mentions: tuple[Mention, ...]
    certain: bool

    @property
    def still(self) -> bool:
        """Whether the latest known text has the words."""
        return self.mentions[-1].first_without is None


@dataclass(frozen=True)
class RetailerMatch:
    """A retailer of whose versions some match. `versions` are their ids, by number, and `mentions` when."""

    policy_id: int
    mentions: tuple[Mention, ...]
    versions: dict[int, int]

    def latest(self) -> int:
        """Return the id of the last version with the words."""
        return self.versions[self.mentions[-1].versions[-1]]

    def earliest(self) -> int:
        """Return the id of the first version with the words."""
        return self.versions[self.mentions[0].versions[0]]


class ChosenMatch(NamedTuple):
    """A match, the id of the version to show for it, and whether captures in the period show it."""

    match: RetailerMatch
    version_id: int
    certain: bool = True


Order = Literal["retailers", "first", "removed"]


def search(
    db: Database, query: TextQuery, order: Order, *, marks: tuple[str, str], limit: int, offset: int = 0
) -> tuple[int, list[RetailerMentions]]:
    """Return how many retailers are found, and of them at most `limit` after the first `offset`.

    `order` says which retailers are found, and in which order: `retailers` as `by_relevance`, `first` as
    `by_arrival`, `removed` as `by_removal`. In a snippet, found words are between the two `marks`. Returns
    (0, []) without a match.
    """
    if order == "retailers" and not (query.since or query.until):
        ranked = _ranked(db, query)
        chosen = dict(ranked[offset : offset + limit])
        of_page = {match.policy_id: match for match in matches(db, query, tuple(chosen))}
        choices = [ChosenMatch(of_page[policy_id], version_id) for policy_id, version_id in chosen.items()]
        return len(ranked), shown(db, query, choices, marks=marks)
    found = {"retailers": by_relevance, "first": by_arrival, "removed": by_removal}[order](db, query)
    found = [choice for choice in found if choice.certain or not query.certain]
    return len(found), shown(db, query, found[offset : offset + limit], marks=marks)


def _ranked(db: Database, query: TextQuery) -> list[tuple[int, int]]:
    """Return policy and best matching version of each retailer, as `by_relevance` does without a period.

    Every version was shown at some time, so their times are needed only for the retailers of one page.
    """
    best: dict[int, tuple[float, int]] = {}
    for version_id, rank in ranks(db, query).items():
        policy_id = version_id // IDS_PER_POLICY
        best[policy_id] = min(best.get(policy_id, (rank, version_id)), (rank, version_id))
    by_domain = db.execute(
        f"select p.id from policies p where {query.retailers} order by p.retailer", query.parameters
    )
    found = [policy_id for (policy_id,) in by_domain if policy_id in best]
    return [(policy_id, best[policy_id][1]) for policy_id in sorted(found, key=lambda one: best[one][0])]


def by_relevance(db: Database, query: TextQuery) -> list[ChosenMatch]:
    """Return the retailers whose policy has the words in the period, the best match first.

    A version with the words was shown in the period, or before and after it without another one between. The
    version to show is the best match among those. It is certain if the policy was captured in the period: for
    a year, `search.years` counts these retailers.
    """
    best = ranks(db, query)
    seen = retailers_seen(db, query) if query.since or query.until else None
    found = []
    for match in matches(db, query):
        is_seen = seen is None or match.policy_id in seen
        overlapping = (mention for mention in match.mentions if _overlaps(mention, query, is_seen=is_seen))
        ids = {match.versions[number] for mention in overlapping for number in mention.versions}
        if ids:
            found.append(ChosenMatch(match, min(ids, key=best.__getitem__), is_seen))
    return sorted(found, key=lambda choice: best[choice.version_id])


def by_arrival(db: Database, query: TextQuery) -> list[ChosenMatch]:
    """Return the retailers whose policy may have got the words first in the period, the earliest first.

    If its first known version has them, that one's first capture is in the period. The version to show is the
    first one with the words.
    """
    found = []
    for match in matches(db, query):
        first = match.mentions[0]
        certain = _certain(first.last_without, first.first_with, query)
        if certain is not None:
            found.append(ChosenMatch(match, match.earliest(), certain))
    return sorted(found, key=lambda choice: choice.match.mentions[0].first_with)


def by_removal(db: Database, query: TextQuery) -> list[ChosenMatch]:
    """Return the retailers whose latest text has the words no longer, the latest removal first.

    They may have been removed in the period. The version to show is the last one with the words.
    """
    found = []
    for match in matches(db, query):
        last = match.mentions[-1]
        certain = _certain(last.last_with, last.first_without, query) if last.first_without else None
        if certain is not None:
            found.append(ChosenMatch(match, match.latest(), certain))
    return sorted(found, key=lambda choice: choice.match.mentions[-1].first_without or "", reverse=True)


def shown(
    db: Database, query: TextQuery, choices: Sequence[ChosenMatch], *, marks: tuple[str, str]
) -> list[RetailerMentions]:
    """Return what people see of some matches, in their order.

    In a snippet, found words are between the two `marks`.
    """
    snippet_of = snippets(db, query.match, [choice.version_id for choice in choices], marks)
    ids = ",".join(str(choice.version_id) for choice in choices) or "null"
    facts = {
        row["id"]: row
        for row in db.query(
            f"""select v.id, p.retailer as domain, r.name, v.number as version, t.title
            from versions v join policies p on p.id = v.policy_id join retailers r on r.domain = p.retailer
            join texts t on t.id = v.text_id where v.id in ({ids})"""
        )
    }
    return [
        RetailerMentions(
            domain=facts[version_id]["domain"],
            name=facts[version_id]["name"],
            version=facts[version_id]["version"],
            title=facts[version_id]["title"],
            snippet=snippet_of[version_id],
            mentions=match.mentions,
            certain=certain,
        )
        for match, version_id, certain in choices
    ]


def matches(db: Database, query: TextQuery, policy_ids: Sequence[int] | None = None) -> list[RetailerMatch]:
    """Return the retailers of which a version matches, by domain. The period of the query is ignored.

    With `policy_ids`, only these policies are read.
    """
    chosen = "true" if policy_ids is None else f"s.policy_id in ({','.join(map(str, policy_ids)) or 'null'})"
    rows = db.execute(
        f"""{SHOWN}
        select s.policy_id, s.version_id, v.number, s.last_old, s.since, coalesce(s.until, v.last_seen),
               s.ended
        from shown s join versions v on v.id = s.version_id join policies p on p.id = s.policy_id
        where s.version_id in (select id from matches) and {query.retailers} and {chosen}
        order by p.retailer, s.since, s.change""",
        query.parameters,
    )
    found = []
    for policy_id, spans in groupby(rows, key=itemgetter(0)):
        versions: dict[int, int] = {}
        of_policy: list[list[Any]] = []  # each the fields of a mention
        for _, version_id, number, last_old, since, until, ended in spans:
            versions[number] = version_id
            if of_policy and of_policy[-1][3] == since:  # no text without the words lies between
                of_policy[-1][2:4] = until, ended
                of_policy[-1][4].append(number)
            else:
                of_policy.append([last_old, since, until, ended, [number]])
        mentions = tuple(
            Mention(last_old, since, until, ended, tuple(numbers))
            for last_old, since, until, ended, numbers in of_policy
        )
        found.append(RetailerMatch(policy_id, mentions, versions))
    return found


def _certain(after: str | None, before: str, query: TextQuery) -> bool | None:
    """Return whether what happened between two captures certainly was in the period; None if it was not.

    If `after` is None, it happened at an unknown time before the other capture, whose time then counts.
    """
    since, until = query.parameters["since"], query.parameters["until"]
    if before < since or (after or before) > until:
        return None
    return since <= (after or "") and before <= until


def _overlaps(mention: Mention, query: TextQuery, *, is_seen: bool) -> bool:
    """Return whether a mention has a part in the period.

    If the policy `is_seen` in it, the latest text is taken to be shown on.
    """
    until = _OPEN if is_seen and not mention.first_without else mention.last_with
    period = query.parameters
    return mention.first_with <= period["until"] and until >= period["since"]
