"""The SQL of the tables and the view of claims: what the texts of versions state (db/claims).

A released text is never changed: a migration that needs another one adds it. DuckDB reads the view too
(docs/decisions/0019-views-for-duckdb.md). Why there are two tables and a view:
docs/decisions/0043-claims-are-stored-once.md.
"""

# What a clause states. Clauses with the same words, attributes and heading are one row, in how many texts
# they stand. `id` are 52 bits of the hash of the other columns.
CLAUSES = """
create table clauses (
    id integer primary key,
    kind text not null,
    polarity text not null check (polarity in ('states', 'denies')),
    subject text not null,
    value text,
    unit text,
    scope text,
    modality text not null,
    section text not null,
    quote text not null,
    rule text not null,
    reference text
) strict"""

# Where a clause stands: characters of a text's Markdown, counted from 0. `number` is its place in the text.
CLAUSE_PLACES = """
create table clause_places (
    text_id integer not null,
    number integer not null,
    clause_id integer not null references clauses(id),
    start integer not null,
    "end" integer not null,
    primary key (text_id, number)
) strict, without rowid"""

# One row for each text that was read: by which rules, and how many claims it makes. The number is null if the
# text went over a limit; then its claims are unknown.
CLAIM_READINGS = """
create table claim_readings (
    text_id integer primary key,
    rules text not null,
    claims integer
) strict"""

INDEXES = (
    "create index clause_places_clause on clause_places(clause_id)",
    "create index clauses_kind on clauses(kind)",
)

# `id` has room for 2,048 claims of a text.
CLAIMS = """
create view claims as
select p.text_id * 2048 + p.number as id, p.text_id, c.kind, c.polarity, c.subject, c.value, c.unit, c.scope,
       c.modality, c.section, c.quote, p.start, p."end", c.rule, c.reference
from clause_places p
join clauses c on c.id = p.clause_id"""
