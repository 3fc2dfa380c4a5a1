"""The SQL of the view `panel_half_years`: what is known of each policy in each half of a year.

It is the panel of `db.query.panel` for half-years. Each row is looked up in indexes, and the retailers come
in order, so the first rows of a large archive file need no other rows. A released text is never changed.
DuckDB reads the view too (docs/decisions/0019-views-for-duckdb.md).
"""

from db.schema.attributes import of_retailer
from db.schema.portable_views import month_of, year_of

_MONTHS = 6  # of a period


def _number(moment: str) -> str:
    """Return SQL for the number of the period of an ISO 8601 moment, counted from the year 0."""
    month = f"12 * {year_of(moment)} + {month_of(moment)} - 1"
    return f"cast((({month}) - ({month}) % {_MONTHS}) / {_MONTHS} as integer)"


def _first_day(number: str) -> str:
    """Return SQL for the first day of a period."""
    month = f"({number}) * {_MONTHS}"
    return f"printf('%04d-%02d-01', cast(({month} - {month} % 12) / 12 as integer), {month} % 12 + 1)"


def _captures(what: str, condition: str) -> str:
    """Return SQL for something about the good captures of a policy `s`."""
    return f"""(select {what} from pages g join captures c on c.page_id = g.id
        where g.policy_id = s.id and c.verdict = 'policy' and {condition})"""


def _changes(condition: str) -> str:
    """Return SQL for the number of a policy's changes of wording."""
    return f"""(select count(*) from changes x
        where x.policy_id = s.id and x.kind = 'wording' and {condition})"""


_IN_PERIOD = "c.captured_at >= s.start and c.captured_at < s.after"
_WITHIN = _changes("x.first_new >= s.start and x.first_new < s.after and x.last_old >= s.start")

PANEL_HALF_YEARS = f"""
create view panel_half_years as
with recursive known as materialized (
    select policy_id, {_number("min(first_seen)")} as earliest, {_number("max(last_seen)")} as latest
    from versions group by policy_id
),
numbers(number, latest) as (
    select min(earliest), max(latest) from known
    union all
    select number + 1, latest from numbers where number < latest
),
periods as materialized (
    select number,
           printf('%04d-H%d', cast((number - number % 2) / 2 as integer), number % 2 + 1) as half_year,
           {_first_day("number")} as start, {_first_day("number + 1")} as after
    from numbers where number is not null
),
s as (
    select p.id, p.retailer, d.number, d.half_year, d.start, d.after
    from policies p cross join known k cross join periods d
    where p.kind = 'privacy' and k.policy_id = p.id and d.number >= k.earliest and d.number <= k.latest
),
seen as (
    select s.id, s.retailer, s.number, s.half_year,
           {_captures("max(c.captured_at)", "c.captured_at < s.after")} as seen_before,
           {_captures("min(c.captured_at)", "c.captured_at >= s.after")} as seen_after,
           {_captures("count(distinct c.captured_at)", _IN_PERIOD)} as captures,
           {_WITHIN} as changes_within,
           {_changes("x.first_new >= s.start and x.last_old < s.after")} as changes_touching
    from s
)
select n.retailer, n.half_year, v.number as version, t.words, n.captures, n.changes_within,
       n.changes_touching - n.changes_within as changes_possible, n.seen_before, n.seen_after,
       case when n.captures = 0 and 12 * ({year_of("n.seen_after")} - {year_of("n.seen_before")})
                + {month_of("n.seen_after")} - {month_of("n.seen_before")}
                - case when substr(n.seen_after, 9) < substr(n.seen_before, 9) then 1 else 0 end >= 6
            then 1 else 0 end as in_gap,
       {of_retailer("n.retailer")}, v.id as version_id
from seen n
left join versions v on v.id = coalesce((
    select x.new_version from changes x
    where x.policy_id = n.id and x.kind = 'wording' and x.first_new <= n.seen_before
    order by x.first_new desc, x.id desc limit 1
), (select w.id from versions w where w.policy_id = n.id and w.number = 1))
left join texts t on t.id = v.text_id"""
