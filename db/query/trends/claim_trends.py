"""How many retailers' policies stated or denied something, period by period, beside what they changed.

The text of a version is known to be shown from its first capture until the last one before the next version.
Between that one and the next version nobody knows which of the two was shown. So there are two numbers, as
for changes: a policy stated something in a period for certain if a version that is known to be shown in it
has such a claim, and at most if such a version can have been shown, or one whose claims are unknown. The
claims of a suspect version are unknown: its capture may be at fault, and the policy said something else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from operator import itemgetter

from sqlite_utils import Database

from db.claims.texts_with import texts_with
from db.query.findings import MOVES, FindingFilter
from db.query.searching.search import EVENTS
from db.query.trends.finding_trends import FindingTrend, Known, Places, numbers, policies_with_rules, trend

STATES = ("states", "denies")
ASKED = (*MOVES, *STATES)
"""What a trend can count: changes that added, removed or changed it, and texts that state or deny it."""
_SHOWN = f"""select e.policy_id, case when v.suspect is null then v.text_id end,
        coalesce(e.last_old, e.since), e.since, l.last
    from ({EVENTS}) e join versions v on v.id = e.version_id
    join (select policy_id, max(last_seen) as last from versions group by policy_id) l
        on l.policy_id = e.policy_id
    where e.policy_id in ({{policies}}) order by e.policy_id, e.since, e.change"""


def by_move(
    db: Database, wanted: FindingFilter, of_time: Known, domains: Sequence[str] = ()
) -> dict[str, list[FindingTrend]]:
    """Return what was asked -> its trend: each of ASKED, or the wanted one, which is the filter's `move`.

    The arguments are as in `finding_trends.trend`. Raises UnknownRetailerError.
    """
    return {
        one: state(db, wanted.kind, one, wanted.quote, of_time, domains)
        if one in STATES
        else trend(db, replace(wanted, move=one), of_time, domains)
        for one in ((wanted.move,) if wanted.move else ASKED)
    }


def state(
    db: Database, kind: str, polarity: str, quote: str, of_time: Known, domains: Sequence[str] = ()
) -> list[FindingTrend]:
    """Return for each period how many retailers' texts make such a claim in it, the oldest first.

    `polarity` is one of STATES; with `quote`, the claim has these words. The rest is as in
    `finding_trends.trend`. Raises UnknownRetailerError.
    """
    has, place = texts_with(db, kind, polarity, quote), Places(of_time.periods)
    certain, most = set[tuple[int, int]](), set[tuple[int, int]]()
    for policy, text, after, since, until, before in _shown(db, policies_with_rules(db, domains)):
        has_it = None if text is None else has.get(text)
        if has_it:
            certain.update((policy, number) for number in range(place.of(since), place.of(until) + 1))
        if has_it is not False:
            most.update((policy, number) for number in range(place.of(after), place.of(before) + 1))
    return numbers(certain, most, of_time)


def _shown(db: Database, policies: str) -> Iterator[tuple[int, int | None, str, str, str, str]]:
    """Yield each time in which a version was shown: policy, text, and four moments.

    The text of a suspect version is None.

    It began after the first one and by the second one, and ended by the fourth one and not before the third.
    """
    rows = db.execute(_SHOWN.format(policies=policies))
    for policy, of_policy in groupby(rows, key=itemgetter(0)):
        for one, then in pairwise((*of_policy, None)):
            _, text, after, since, last = one
            until, before = (then[2], then[3]) if then else (last, last)
            yield policy, text, after, since, until, before
