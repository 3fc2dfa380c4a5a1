"""What an archive does not have, and why: the views `gaps` and `capture_health`, and what reports read of them.

An absence is told for what is known of it: no good capture between two moments, an address that the archive may not show, a
capture that failed. None of them says that the policy was not there, or when it went.

A view's text is that of the migration that makes it (db/schema/migrations.py): once released, another one comes beside it.
"""

from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

SPAN = "no good capture"
NEVER_GOOD = "never a good capture"
NO_CAPTURE = "no capture"

# The second holds only what a killed run, or an import without judging, left behind; the third has the texts of old extractors.
INDEXES = (
    "create index captures_seen on captures(page_id, captured_at, verdict, state)",
    "create index captures_unjudged on captures(page_id) where state = 'fetched' and verdict is null",
    "create index texts_extractor on texts(extractor)",
)


# A policy's moments (part 0: its first capture of any verdict; 1: the good ones; 2: when it was last looked for) cut its time
# into spans. The long ones are listed, whatever their captures are; the others of `kind` have neither days nor months.
def _gaps(pages: str, policies: str, nowhere: str) -> str:
    """The text of the view over these pages and policies; `nowhere` says why a policy without an address has no capture."""
    return f"""
create view gaps as
with looked_for as (
    select g.policy_id, min((select min(captured_at) from captures where page_id = g.id)) as first,
           max(max(coalesce((select max(captured_at) from captures where page_id = g.id), ''),
                   iif(g.listing = 'failed', '', coalesce(g.listed_at, '')))) as last
    from {pages} g group by g.policy_id
),
moments as (
    select policy_id, first as at, 0 as part from looked_for where first is not null
    union all
    select g.policy_id, c.captured_at, 1 from {pages} g join captures c on c.page_id = g.id
    where c.verdict = 'policy' and c.captured_at is not null
    union all
    select policy_id, last, 2 from looked_for where first is not null
),
spans as (
    select policy_id, part, at as since, lead(at) over later as until, lead(part) over later as next_part
    from moments window later as (partition by policy_id order by at, part)
),
measured as (
    select *, cast(julianday(until) - julianday(since) as integer) as days,
           12 * (substr(until, 1, 4) - substr(since, 1, 4)) + substr(until, 6, 2) - substr(since, 6, 2)
               - (substr(until, 9) < substr(since, 9)) as months,
           iif(part = 0 and next_part = 2, '{NEVER_GOOD}', '{SPAN}') as kind
    from spans where until is not null
),
within as (
    select m.*, coalesce(c.verdict, iif(c.state = 'fetched', 'not judged', c.state)) as what, count(c.id) as captures
    from measured m
    left join pages g on g.policy_id = m.policy_id
    left join captures c on c.page_id = g.id and c.captured_at between m.since and m.until and c.verdict is not 'policy'
    where m.months >= 6 or m.kind = '{NEVER_GOOD}'
    group by m.policy_id, m.since, m.part, what
    order by m.policy_id, m.since, m.part, captures desc, what
),
unobtained as (
    select id as page_id, iif(listing = 'failed', 'listing failed', listing) as kind, listing_reason as reason,
           null as captured_at, 0 as capture
    from {pages} where listing in ('excluded', 'failed')
    union all
    select g.id, c.state, c.reason, c.captured_at, 1
    from {pages} g cross join captures c on c.page_id = g.id and c.state in ('failed', 'excluded')
    union all
    select page_id, 'not judged', 'fetched, but not judged yet', captured_at, 1
    from captures where state = 'fetched' and verdict is null
)
select p.retailer, iif(w.part = 1, w.since, null) as last_good, iif(w.next_part = 1, w.until, null) as next_good, w.days,
       w.months, w.kind, sum(w.captures) as captures, group_concat(w.captures || ' ' || w.what, ', ') as reason,
       null as url, w.since, w.until
from within w join {policies} p on p.id = w.policy_id
group by w.policy_id, w.since, w.part
union all
select p.retailer, null, null, null, null, '{NO_CAPTURE}', 0,
       case when max(g.listing = 'complete') then 'the archive lists none' when count(g.listing) then 'it could not be listed'
       else {nowhere} end,
       null, null, max(g.listed_at)
from {policies} p left join pages g on g.policy_id = p.id
where not exists (select 1 from pages x join captures c on c.page_id = x.id where x.policy_id = p.id)
group by p.id
union all
select p.retailer, null, null, null, null, u.kind, sum(u.capture), u.reason, g.url, min(u.captured_at), max(u.captured_at)
from unobtained u join pages g on g.id = u.page_id join {policies} p on p.id = g.policy_id
group by u.page_id, u.kind, u.reason
"""


# The example is the reason that most captures have, the latest among equals; `reasons` says how many different ones there are.
def _health(policies: str) -> str:
    return f"""
create view capture_health as
with told as (
    select page_id, state, verdict, reason, count(*) as captures, min(captured_at) as first, max(captured_at) as last,
           row_number() over (
               partition by page_id, state, verdict order by count(*) desc, max(captured_at) desc, reason) as place
    from captures group by page_id, state, verdict, reason
)
select p.retailer, g.url, coalesce(g.listing, 'not listed') as listing, t.state, t.verdict, sum(t.captures) as captures,
       min(t.first) as first, max(t.last) as last, count(t.reason) as reasons,
       max(iif(t.place = 1, t.reason, null)) as example_reason
from told t
join pages g on g.id = t.page_id
join {policies} p on p.id = g.policy_id
group by t.page_id, t.state, t.verdict
union all
select p.retailer, g.url, coalesce(g.listing, 'not listed'), null, null, 0, null, null, 0, g.listing_reason
from pages g
join {policies} p on p.id = g.policy_id
where not exists (select 1 from captures where page_id = g.id)
"""


_NOWHERE = "no address of it was found"
_UNSOUGHT = "'nobody has looked for any yet'"
_PRIVACY = "(select * from policies where kind = 'privacy')"
_OF_PRIVACY = "(select * from pages where policy_id in (select id from policies where kind = 'privacy'))"
_SOUGHT = "exists (select 1 from searches s where s.retailer = p.retailer)"

# Of all policies: before there were other kinds than the privacy policy (m003, m006).
GAPS = _gaps("pages", "policies", _UNSOUGHT)
CAPTURE_HEALTH = _health("policies")
# Of privacy policies alone (m007).
PRIVACY_GAPS = _gaps(_OF_PRIVACY, _PRIVACY, f"iif(count(g.id) = 0 and {_SOUGHT}, '{_NOWHERE}', {_UNSOUGHT})")
PRIVACY_HEALTH = _health(_PRIVACY)


# What the view does not tell apart; its text is that of a released migration.
_REASON = f"""iif(kind = '{NO_CAPTURE}' and reason = '{_NOWHERE}' and exists (
        select 1 from searches s where s.retailer = gaps.retailer and s.state in ('part', 'failed')),
    'the search for its addresses is not complete', reason) as reason"""
_UNLISTED = """(select count(*) from main.pages g join main.policies p on p.id = g.policy_id
    where p.retailer = gaps.retailer and p.kind = 'privacy' and g.listing is null and not g.waypoint) as unlisted"""


def gaps(db: Database, months: int) -> dict[str, list[dict[str, Any]]]:
    """Where each retailer has no good capture for so many months (6 at least, for the view has no shorter ones), by time.

    Dicts of kind (no good capture; never a good capture; no capture: both whatever their length), last_good, next_good, days,
    months, captures, reason, since, until, unlisted (how many of the policy's pages nobody has listed yet: there may be
    captures that the archive file does not know). A retailer without any is left out.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for row in db.query(
        f"""select retailer, kind, last_good, next_good, days, months, captures, {_REASON}, since, until, {_UNLISTED} from gaps
        where (kind = ? and months >= ?) or kind in (?, ?) order by retailer, since""",
        [SPAN, months, NEVER_GOOD, NO_CAPTURE],
    ):
        found.setdefault(row.pop("retailer"), []).append(row)
    return found


def gaps_of(db: Database, policy_ids: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """The rows of the view `gaps` of some policies, by retailer and time; one without any is left out.

    The view itself goes through all captures, whatever one asks of it. So its text runs here over those of the policies alone,
    and these are looked up each time: of a list that is made first, SQLite cannot tell how short it is.
    """
    ids = ",".join(map(str, policy_ids)) or "null"
    found: dict[str, list[dict[str, Any]]] = {}
    for row in db.query(
        f"""with policies as not materialized (select * from main.policies where id in ({ids})),
        pages as not materialized (select * from main.pages where policy_id in ({ids})),
        found as ({PRIVACY_GAPS.partition("create view gaps as")[2]})
        select retailer, last_good, next_good, days, months, kind, captures, {_REASON}, url, since, until, {_UNLISTED}
        from found as gaps"""
    ):
        found.setdefault(row.pop("retailer"), []).append(row)
    return {retailer: sorted(rows, key=lambda row: row["since"] or "") for retailer, rows in found.items()}


def long(gaps: Sequence[dict[str, Any]], months: int = 12) -> list[dict[str, Any]]:
    """Leave out the spans without a good capture that are shorter than so many months; all other kinds stay."""
    return [gap for gap in gaps if gap["kind"] != SPAN or gap["months"] >= months]


def missing(db: Database, policy_id: int) -> list[dict[str, Any]]:
    """Which captures of a policy bear no witness because they could not be had or judged, or were not asked for yet.

    Dicts of state (listed, failed, excluded; fetched: without a verdict), reason, captures; the most frequent first.
    """
    return list(
        db.query(
            """select c.state, c.reason, count(*) as captures from captures c join pages g on g.id = c.page_id
            where g.policy_id = ?
            and (c.state in ('failed', 'excluded', 'listed') or (c.state = 'fetched' and c.verdict is null))
            group by c.state, c.reason order by 3 desc, 2, 1""",
            [policy_id],
        )
    )


def old_texts(db: Database, extractor: str) -> dict[int, int]:
    """How many texts of each policy (by its id) are not of this extractor, or wait for a rebuild to go on; none: left out."""
    rows = db.execute(
        """select g.policy_id, count(distinct t.id) from texts t cross join captures c on c.text_id = t.id
        cross join pages g on g.id = c.page_id where t.extractor != ? group by g.policy_id""",
        [extractor],
    )
    return dict(rows.fetchall())
