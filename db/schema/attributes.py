"""The SQL of the table of retailers' attributes, and of the views that show them.

A released text is never changed: a migration that needs another one adds it. DuckDB reads the views too
(docs/decisions/0019-views-for-duckdb.md).
"""

# What a user's list says about a retailer beside its name: sector, country, ... `noted_at` is when the value
# was stored.
RETAILER_ATTRIBUTES = """
create table retailer_attributes (
    retailer text not null references retailers(domain),
    name text not null,
    value text not null,
    noted_at text not null,
    primary key (retailer, name)
) strict, without rowid"""


def of_retailer(retailer: str) -> str:
    """Return SQL for the attributes of a retailer, as a JSON list of `name: value`; null without any."""
    return f"""(select case when count(*) > 0 then json_group_array(a.name || ': ' || a.value) end
        from (select name, value from retailer_attributes where retailer = {retailer} order by name) a)
        as attributes"""


CHANGE_LOG = f"""
create view change_log as
select p.retailer, c.kind, c.last_old, c.first_new, o.number as old_version, n.number as new_version,
       c.words_added, c.words_removed, c.similarity, c.set_aside, c.stated_before, c.stated_date, c.announced,
       c.suspect, t.title, {of_retailer("p.retailer")}, c.id as change_id
from changes c
join policies p on p.id = c.policy_id
join versions o on o.id = c.old_version
join versions n on n.id = c.new_version
join texts t on t.id = n.text_id"""

TIMELINE = f"""
create view timeline as
select p.retailer, v.number as version, v.first_seen, v.last_seen, v.captures, v.stated_date, v.suspect,
       t.title, t.words,
       (select count(*) from variants x where x.version_id = v.id and x.kind = 'flip') as flips,
       (select count(*) from variants x where x.version_id = v.id and x.kind = 'address') as other_addresses,
       {of_retailer("p.retailer")}, v.id as version_id
from versions v
join policies p on p.id = v.policy_id
join texts t on t.id = v.text_id"""

LATEST_POLICIES = f"""
create view latest_policies as
select p.retailer, r.name, v.number as version, t.title, v.first_seen, v.last_seen, v.captures, t.words,
       t.language, t.completeness, {of_retailer("p.retailer")}, t.markdown
from policies p
join retailers r on r.domain = p.retailer
join versions v on v.id = (
    select id from versions where policy_id = p.id order by last_seen desc, number desc limit 1
)
join texts t on t.id = v.text_id"""
