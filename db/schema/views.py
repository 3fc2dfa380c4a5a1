"""The SQL of the views `gaps`, `capture_health`, `lineage` and `conflicting_captures`.

A released text is never changed: a migration that needs another one adds it. Lines of SQL keep their released
length.
"""

SPAN = "no good capture"
NEVER_GOOD = "never a good capture"
NO_CAPTURE = "no capture"

# captures_unjudged has only rows that a killed run or an import left; texts_extractor finds texts of old
# extractors.
INDEXES = (
    "create index captures_seen on captures(page_id, captured_at, verdict, state)",
    "create index captures_unjudged on captures(page_id) where state = 'fetched' and verdict is null",
    "create index texts_extractor on texts(extractor)",
)


# A policy's moments (part 0: its first capture of any verdict; 1: the good ones; 2: the last time it was
# looked for) divide its time into spans. Long spans are listed with their captures; rows of another kind have
# no days and months.
def _gaps(pages: str, policies: str, nowhere: str) -> str:
    """Return the view over these pages and policies; `nowhere` is the reason for a policy without an address."""
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


# The example is the most frequent reason, the latest among equals; `reasons` is the number of different ones.
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


NOWHERE = "no address of it was found"
_UNSOUGHT = "'nobody has looked for any yet'"
_PRIVACY = "(select * from policies where kind = 'privacy')"
_OF_PRIVACY = "(select * from pages where policy_id in (select id from policies where kind = 'privacy'))"
_SOUGHT = "exists (select 1 from searches s where s.retailer = p.retailer)"

# Over all policies, because there were no other kinds (m003, m006).
GAPS = _gaps("pages", "policies", _UNSOUGHT)
CAPTURE_HEALTH = _health("policies")
# Over privacy policies only (m007).
PRIVACY_GAPS = _gaps(_OF_PRIVACY, _PRIVACY, f"iif(count(g.id) = 0 and {_SOUGHT}, '{NOWHERE}', {_UNSOUGHT})")
PRIVACY_HEALTH = _health(_PRIVACY)


# A row for each address that discovery judged; it does not judge home pages.
LINEAGE = """
create view lineage as
select p.retailer, g.url, p.kind, g.relation, g.found_by,
       (select group_concat(way, ', ') from (select way from clues where page_id = g.id group by way order by min(id))) as ways,
       (select min(captured_at) from captures where page_id = g.id and verdict = 'policy') as first_good,
       (select max(captured_at) from captures where page_id = g.id and verdict = 'policy') as last_good,
       (select min(c.captured_at) from clues k join captures c on c.id = k.capture_id where k.page_id = g.id) as first_linked,
       (select max(c.captured_at) from clues k join captures c on c.id = k.capture_id where k.page_id = g.id) as last_linked,
       (select count(*) from captures where page_id = g.id) as captures, g.finding
from pages g join policies p on p.id = g.policy_id
where p.kind in ('privacy', 'regional', 'candidate')"""


CONFLICTING_CAPTURES = """
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
