"""The SQL of the tables and the view of findings: what changes mean (db/findings).

A released text is never changed: a migration that needs another one adds it. DuckDB reads the view too
(docs/decisions/0019-views-for-duckdb.md).
"""

# A statement that appeared, vanished or changed. `before` and `after` are quotes of the two texts of the
# change. `place` is a word of the new text, or of the old text for a statement that was removed.
FINDINGS = """
create table findings (
    id integer primary key,
    change_id integer not null,
    kind text not null,
    move text not null check (move in ('added', 'removed', 'changed')),
    what text not null,
    before text not null,
    after text not null,
    section text not null,
    rule text not null,
    weight integer not null,
    certainty text not null check (certainty in ('stated', 'possible')),
    lasting integer check (lasting in (0, 1)),
    place integer not null
) strict"""

# One row for each change whose texts were read: by which rules, and how many of its changed words no finding
# quotes. The number is null if the texts went over a limit; then nothing is known about the change.
READINGS = """
create table readings (
    change_id integer primary key,
    rules text not null,
    unquoted integer
) strict"""

INDEXES = (
    "create index findings_change on findings(change_id)",
    "create index findings_kind on findings(kind, move)",
)

# Findings are deleted with their change.
FINDINGS_GO = """
create trigger findings_gone after delete on changes begin
    delete from findings where change_id = old.id;
    delete from readings where change_id = old.id;
end"""

FINDING_LOG = """
create view finding_log as
select p.retailer, c.last_old, c.first_new, f.kind, f.move, f.what, f.before, f.after, f.section, f.weight,
       f.certainty, f.lasting, c.announced, c.suspect, f.rule, o.number as old_version,
       n.number as new_version, f.change_id, f.id as finding_id
from findings f
join changes c on c.id = f.change_id
join policies p on p.id = c.policy_id
join versions o on o.id = c.old_version
join versions n on n.id = c.new_version"""
