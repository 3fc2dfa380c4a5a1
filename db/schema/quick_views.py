"""The SQL of the view `gaps` that needs little more than half the time of the one in portable_views.

It has the same rows, and keeps the rules for SQLite and DuckDB. Days are computed once for each gap, and other
captures are counted by short keys. A released text is never changed.
"""

from db.schema.portable_views import (
    GAP_SPANS,
    GAPS_UNOBTAINED,
    OTHER_GAPS,
    PRIVACY,
    day_number,
    month_of,
    year_of,
)
from db.schema.views import NEVER_GOOD, SPAN

_LONG = f"""measured as (
    select policy_id, part, since, until, next_part,
           12 * ({year_of("until")} - {year_of("since")}) + {month_of("until")} - {month_of("since")}
               - case when substr(until, 9) < substr(since, 9) then 1 else 0 end as months
    from spans where until is not null
),
long_spans as materialized (
    select policy_id, part, since, until, next_part, months,
           case when part = 0 and next_part = 2 then '{NEVER_GOOD}' else '{SPAN}' end as kind
    from measured where months >= 6 or (part = 0 and next_part = 2)
),
other_captures as (
    select s.policy_id, s.part, s.since, c.verdict, c.state, count(*) as captures
    from long_spans s
    join pages g on g.policy_id = s.policy_id
    join captures c on c.page_id = g.id and c.captured_at between s.since and s.until
        and coalesce(c.verdict, '') <> 'policy'
    group by s.policy_id, s.part, s.since, c.verdict, c.state
),
named as (
    select policy_id, part, since, coalesce(verdict, case when state = 'fetched' then 'not judged' else state end) as what,
           cast(sum(captures) as bigint) as captures
    from other_captures
    group by policy_id, part, since, coalesce(verdict, case when state = 'fetched' then 'not judged' else state end)
    order by policy_id, since, part, captures desc, what
),
within as (
    select policy_id, part, since, cast(sum(captures) as bigint) as captures,
           group_concat(captures || ' ' || what, ', ') as reason
    from named group by policy_id, since, part
),
"""

_LISTED = f"""select p.retailer, case when s.part = 1 then s.since end as last_good,
       case when s.next_part = 1 then s.until end as next_good,
       cast({day_number("s.until")}
            - ({day_number("s.since")})
            - case when substr(s.until, 11) < substr(s.since, 11) then 1 else 0 end as integer) as days,
       s.months, s.kind, coalesce(w.captures, 0) as captures, w.reason, null as url, s.since, s.until
from long_spans s
join {PRIVACY} p on p.id = s.policy_id
left join within w on w.policy_id = s.policy_id and w.since = s.since and w.part = s.part
"""

GAPS = GAP_SPANS + _LONG + GAPS_UNOBTAINED + _LISTED + OTHER_GAPS
