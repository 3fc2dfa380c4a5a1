"""The SQL of the views `gaps` and `capture_health` that SQLite and DuckDB both read.

DuckDB reads the SQL of a view with its own parser, and lists no table of a file with one view that it cannot
read. docs/decisions/0019-views-for-duckdb.md has the rules for such SQL. A released text is never changed.
"""

from db.schema.views import NEVER_GOOD, NO_CAPTURE, NOWHERE, SPAN

# The page of a fetched capture without a verdict; NULL for any other capture. A condition on this expression,
# word for word, uses the index. It is no partial index, because DuckDB cannot read the indexes of a file with
# one.
UNJUDGED_PAGE = "case when state = 'fetched' and verdict is null then page_id end"
# DuckDB wants parentheses around an expression that is no call.
UNJUDGED_INDEX = f"create index captures_unjudged on captures(({UNJUDGED_PAGE}))"


def year_of(moment: str) -> str:
    return f"cast(substr({moment}, 1, 4) as integer)"


def month_of(moment: str) -> str:
    return f"cast(substr({moment}, 6, 2) as integer)"


def day_number(moment: str) -> str:
    """Return SQL for the number of the day of an ISO 8601 moment: an integer that grows by 1 each day.

    It is the sum of the days of the years, leap days and months before, in a year that begins in March. `/`
    divides integers in SQLite, but not in DuckDB, so only multiples are divided.
    """
    year = f"({year_of(moment)} - {_before_march(moment)})"
    month = f"({month_of(moment)} - 3 + 12 * {_before_march(moment)})"
    leap_days = " ".join(
        f"{sign} ({year} - {year} % {years}) / {years}" for sign, years in (("+", 4), ("-", 100), ("+", 400))
    )
    in_year = f"(153 * {month} + 2 - (153 * {month} + 2) % 5) / 5"
    return f"365 * {year} {leap_days} + {in_year} + cast(substr({moment}, 9, 2) as integer)"


def _before_march(moment: str) -> str:
    return f"case when {month_of(moment)} < 3 then 1 else 0 end"


PRIVACY = "(select * from policies where kind = 'privacy')"
_OF_PRIVACY = "(select * from pages where policy_id in (select id from policies where kind = 'privacy'))"

# A policy's moments (part 0: its first capture of any verdict; 1: the good ones; 2: when it was last looked for) cut its
# time into spans. The long ones are listed, whatever their captures are; the others of `kind` have neither days nor months.
GAP_SPANS = f"""
create view gaps as
with dated_pages as (
    select g.policy_id, (select min(captured_at) from captures where page_id = g.id) as earliest,
           coalesce((select max(captured_at) from captures where page_id = g.id), '') as latest,
           case when g.listing = 'failed' then '' else coalesce(g.listed_at, '') end as listed
    from {_OF_PRIVACY} g
),
looked_for as (
    select policy_id, min(earliest) as earliest, max(case when listed > latest then listed else latest end) as latest
    from dated_pages group by policy_id
),
moments as (
    select policy_id, earliest as moment, 0 as part from looked_for where earliest is not null
    union all
    select g.policy_id, c.captured_at, 1 from {_OF_PRIVACY} g join captures c on c.page_id = g.id
    where c.verdict = 'policy' and c.captured_at is not null
    union all
    select policy_id, latest, 2 from looked_for where earliest is not null
),
spans as (
    select policy_id, part, moment as since,
           lead(moment) over (partition by policy_id order by moment, part) as until,
           lead(part) over (partition by policy_id order by moment, part) as next_part
    from moments
),
"""
_MEASURED = f"""measured as (
    select policy_id, part, since, until, next_part,
           cast({day_number("until")}
                - ({day_number("since")})
                - case when substr(until, 11) < substr(since, 11) then 1 else 0 end as integer) as days,
           12 * ({year_of("until")} - {year_of("since")}) + {month_of("until")} - {month_of("since")}
               - case when substr(until, 9) < substr(since, 9) then 1 else 0 end as months,
           case when part = 0 and next_part = 2 then '{NEVER_GOOD}' else '{SPAN}' end as kind
    from spans where until is not null
),
within as (
    select m.policy_id, m.part, m.next_part, m.since, m.until, m.days, m.months, m.kind,
           coalesce(c.verdict, case when c.state = 'fetched' then 'not judged' else c.state end) as what,
           count(c.id) as captures
    from measured m
    left join pages g on g.policy_id = m.policy_id
    left join captures c on c.page_id = g.id and c.captured_at between m.since and m.until
        and coalesce(c.verdict, '') <> 'policy'
    where m.months >= 6 or m.kind = '{NEVER_GOOD}'
    group by m.policy_id, m.since, m.part, m.next_part, m.until, m.days, m.months, m.kind, what
    order by m.policy_id, m.since, m.part, captures desc, what
),
"""
GAPS_UNOBTAINED = f"""unobtained as (
    select id as page_id, case when listing = 'failed' then 'listing failed' else listing end as kind,
           listing_reason as reason, null as captured_at, 0 as capture
    from {_OF_PRIVACY} where listing in ('excluded', 'failed')
    union all
    select g.id, c.state, c.reason, c.captured_at, 1
    from {_OF_PRIVACY} g join captures c on c.page_id = g.id and c.state in ('failed', 'excluded')
    union all
    select page_id, 'not judged', 'fetched, but not judged yet', captured_at, 1
    from captures where {UNJUDGED_PAGE} > 0
)
"""
_LISTED = f"""select p.retailer, case when w.part = 1 then w.since end as last_good, case when w.next_part = 1 then w.until end as next_good,
       w.days, w.months, w.kind, cast(sum(w.captures) as bigint) as captures,
       group_concat(w.captures || ' ' || w.what, ', ') as reason, null as url, w.since, w.until
from within w join {PRIVACY} p on p.id = w.policy_id
group by w.policy_id, w.since, w.part, w.next_part, w.until, w.days, w.months, w.kind, p.retailer
"""
OTHER_GAPS = f"""union all
select p.retailer, null, null, null, null, '{NO_CAPTURE}', 0,
       case when max(case when g.listing = 'complete' then 1 else 0 end) = 1 then 'the archive lists none'
            when count(g.listing) > 0 then 'it could not be listed'
            when count(g.id) = 0 and exists (select 1 from searches s where s.retailer = p.retailer) then '{NOWHERE}'
            else 'nobody has looked for any yet' end,
       null, null, max(g.listed_at)
from {PRIVACY} p left join pages g on g.policy_id = p.id
where not exists (select 1 from pages x join captures c on c.page_id = x.id where x.policy_id = p.id)
group by p.id, p.retailer
union all
select p.retailer, null, null, null, null, u.kind, cast(sum(u.capture) as bigint), u.reason, g.url, min(u.captured_at),
       max(u.captured_at)
from unobtained u join pages g on g.id = u.page_id join {PRIVACY} p on p.id = g.policy_id
group by u.page_id, u.kind, u.reason, p.retailer, g.url
"""
GAPS = GAP_SPANS + _MEASURED + GAPS_UNOBTAINED + _LISTED + OTHER_GAPS

# The example is the reason that most captures have, the latest among equals; `reasons` counts the different ones.
CAPTURE_HEALTH = f"""
create view capture_health as
with counted as (
    select page_id, state, verdict, reason, count(*) as captures, min(captured_at) as earliest,
           max(captured_at) as latest,
           row_number() over (
               partition by page_id, state, verdict
               order by count(*) desc, max(captured_at) desc nulls last, reason nulls first) as place
    from captures group by page_id, state, verdict, reason
)
select p.retailer, g.url, coalesce(g.listing, 'not listed') as listing, t.state, t.verdict,
       cast(sum(t.captures) as bigint) as captures, min(t.earliest) as first, max(t.latest) as last,
       count(t.reason) as reasons, max(case when t.place = 1 then t.reason end) as example_reason
from counted t
join pages g on g.id = t.page_id
join {PRIVACY} p on p.id = g.policy_id
group by t.page_id, t.state, t.verdict, p.retailer, g.url, g.listing
union all
select p.retailer, g.url, coalesce(g.listing, 'not listed'), null, null, 0, null, null, 0, g.listing_reason
from pages g
join {PRIVACY} p on p.id = g.policy_id
where not exists (select 1 from captures where page_id = g.id)
"""
