"""The SQL of the columns and views with the marks of versions and changes (db/history/marks).

A released text is never changed: a migration that needs another one adds it. DuckDB reads the views too
(docs/decisions/0019-views-for-duckdb.md).
"""

COLUMNS = (
    "alter table versions add column suspect text",
    "alter table changes add column stated_before text",
    "alter table changes add column stated_date text",
    """alter table changes add column announced text
    check (announced in ('announced', 'ahead', 'silent', 'undated', 'false'))""",
    "alter table changes add column suspect text",
)

CHANGE_LOG = """
create view change_log as
select p.retailer, c.kind, c.last_old, c.first_new, o.number as old_version, n.number as new_version,
       c.words_added, c.words_removed, c.similarity, c.set_aside, c.stated_before, c.stated_date, c.announced,
       c.suspect, t.title, c.id as change_id
from changes c
join policies p on p.id = c.policy_id
join versions o on o.id = c.old_version
join versions n on n.id = c.new_version
join texts t on t.id = n.text_id"""

TIMELINE = """
create view timeline as
select p.retailer, v.number as version, v.first_seen, v.last_seen, v.captures, v.stated_date, v.suspect,
       t.title, t.words,
       (select count(*) from variants x where x.version_id = v.id and x.kind = 'flip') as flips,
       (select count(*) from variants x where x.version_id = v.id and x.kind = 'address') as other_addresses,
       v.id as version_id
from versions v
join policies p on p.id = v.policy_id
join texts t on t.id = v.text_id"""
