"""The schema of the archive, as migrations: a file of any older policytrail is brought up to date when it is opened.

Facts (retailers, policies, pages, clues, captures, bodies, conflicts, saves, crawls) are written once. Texts, versions and
changes, and the columns `verdict`, `reason` and `text_id` of fetched captures, are derived: `rebuild` makes them again from
the facts.

`texts.id`, `versions.id` and `changes.id` are computed (from the text's hash; from the policy and the number), so that what
is derived has the same bytes in whatever order the captures arrived: docs/decisions/0002-computed-ids.md.
"""

from sqlite_utils import Database, Migrations

from db import absence

APPLICATION_ID = 0x706F6C74  # "polt": tells an archive from any other SQLite file
migrations = Migrations("policytrail")

_TABLES = """
create table retailers (
    domain text primary key,
    name text
) strict;

create table policies (
    id integer primary key,
    retailer text not null references retailers(domain),
    kind text not null default 'privacy',
    unique (retailer, kind)
) strict;

create table pages (
    id integer primary key,
    policy_id integer not null references policies(id),
    url text not null,
    urlkey text not null,
    found_by text not null check (found_by in ('given', 'list', 'cdx', 'link')),
    listing text check (listing in ('complete', 'excluded', 'failed')),
    listing_reason text,
    listed_at text,
    unique (policy_id, urlkey)
) strict;
create index pages_urlkey on pages(urlkey);

create table bodies (
    id integer primary key,
    sha256 text not null unique,
    size integer not null,
    base_id integer references bodies(id),
    depth integer not null,
    data blob not null
) strict;

create table texts (
    id integer primary key,
    sha256 text not null,
    title text not null,
    markdown text not null,
    language text,
    words integer not null,
    completeness real not null,
    extractor text not null,
    wording text not null
) strict;

create table captures (
    id integer primary key,
    page_id integer not null references pages(id),
    archive text not null,
    timestamp text not null,
    captured_at text,
    original text not null,
    mimetype text,
    status integer,
    digest text,
    length integer,
    state text not null default 'listed' check (state in ('listed', 'skipped', 'fetched', 'failed', 'excluded')),
    verdict text,
    reason text,
    attempts integer not null default 0,
    fetched_at text,
    headers text,
    body_id integer references bodies(id),
    text_id integer references texts(id),
    unique (page_id, timestamp, original, digest)
) strict;
create index captures_state on captures(page_id, state);
create index captures_body on captures(body_id);
create index captures_text on captures(text_id);

create table versions (
    id integer primary key,
    policy_id integer not null references policies(id),
    number integer not null,
    text_id integer not null references texts(id),
    first_seen text not null,
    last_seen text not null,
    captures integer not null,
    stated_date text,
    unique (policy_id, number)
) strict;
create index versions_text on versions(text_id);

create table changes (
    id integer primary key,
    policy_id integer not null references policies(id),
    old_version integer not null references versions(id),
    new_version integer not null references versions(id),
    kind text not null check (kind in ('wording', 'presentation', 'extractor')),
    last_old text not null,
    first_new text not null,
    words_added integer not null,
    words_removed integer not null,
    similarity real not null
) strict;
create index changes_policy on changes(policy_id, first_new);
create index changes_old on changes(old_version);
create index changes_new on changes(new_version);

create table crawls (
    id integer primary key,
    command text not null,
    started_at text not null,
    finished_at text,
    outcome text,
    requests integer not null default 0,
    listed integer not null default 0,
    fetched integer not null default 0,
    failed integer not null default 0,
    excluded integer not null default 0,
    versions integer not null default 0,
    changes integer not null default 0
) strict
"""

# What people open first. A good capture is one whose verdict is `policy`; only those bear witness to a wording.
_VIEWS = """
create view latest_policies as
select p.retailer, r.name, v.number as version, t.title, v.first_seen, v.last_seen, v.captures, t.words, t.language,
       t.completeness, t.markdown
from policies p
join retailers r on r.domain = p.retailer
join versions v on v.id = (select id from versions where policy_id = p.id order by last_seen desc, number desc limit 1)
join texts t on t.id = v.text_id;

create view change_log as
select p.retailer, c.kind, c.last_old, c.first_new, o.number as old_version, n.number as new_version,
       c.words_added, c.words_removed, c.similarity, t.title, c.id as change_id
from changes c
join policies p on p.id = c.policy_id
join versions o on o.id = c.old_version
join versions n on n.id = c.new_version
join texts t on t.id = n.text_id;

create view timeline as
select p.retailer, v.number as version, v.first_seen, v.last_seen, v.captures, v.stated_date, t.title, t.words,
       v.id as version_id
from versions v
join policies p on p.id = v.policy_id
join texts t on t.id = v.text_id;

create view gaps as
select retailer, last_good, next_good, cast(julianday(next_good) - julianday(last_good) as integer) as days
from (
    select p.retailer, c.captured_at as last_good,
           lead(c.captured_at) over (partition by g.policy_id order by c.captured_at) as next_good
    from captures c
    join pages g on g.id = c.page_id
    join policies p on p.id = g.policy_id
    where c.verdict = 'policy' and c.captured_at is not null
)
where julianday(next_good) - julianday(last_good) > 365;

create view capture_health as
select p.retailer, g.url, coalesce(g.listing, 'not listed') as listing, c.state, c.verdict, count(c.id) as captures,
       min(c.captured_at) as first, max(c.captured_at) as last, coalesce(max(c.reason), g.listing_reason) as example_reason
from pages g
join policies p on p.id = g.policy_id
left join captures c on c.page_id = g.id
group by g.id, c.state, c.verdict;

create view version_texts as
select v.id, t.title, t.markdown from versions v join texts t on t.id = v.text_id
"""

# The index keeps no copy of the texts; triggers follow the versions, whose texts outlive them.
_SEARCH = [
    """create virtual table versions_fts using fts5(title, markdown, tokenize='unicode61 remove_diacritics 2',
        content='version_texts', content_rowid='id')""",
    """create trigger versions_indexed after insert on versions begin
        insert into versions_fts(rowid, title, markdown) select new.id, title, markdown from texts where id = new.text_id;
    end""",
    """create trigger versions_unindexed before delete on versions begin
        insert into versions_fts(versions_fts, rowid, title, markdown)
        select 'delete', old.id, title, markdown from texts where id = old.text_id;
    end""",
]


# A variant is a flip (in passing, or in turns with the version) or what another address showed at the same time.
_VARIANTS = """
create table variants (
    id integer primary key,
    policy_id integer not null references policies(id),
    version_id integer not null references versions(id),
    text_id integer not null references texts(id),
    page_id integer not null references pages(id),
    kind text not null check (kind in ('flip', 'address')),
    first_seen text not null,
    last_seen text not null,
    captures integer not null
) strict"""

_TIMELINE = """
create view timeline as
select p.retailer, v.number as version, v.first_seen, v.last_seen, v.captures, v.stated_date, t.title, t.words,
       (select count(*) from variants x where x.version_id = v.id and x.kind = 'flip') as flips,
       (select count(*) from variants x where x.version_id = v.id and x.kind = 'address') as other_addresses,
       v.id as version_id
from versions v
join policies p on p.id = v.policy_id
join texts t on t.id = v.text_id"""


# What an archive's index was asked of a page, completely: all captures from `listed_from` (null: the first) to `listed_to`.
_COVERAGE = """
create table coverage (
    page_id integer not null references pages(id),
    archive text not null,
    listed_from text,
    listed_to text not null,
    whole_at text not null,
    primary key (page_id, archive)
) strict, without rowid"""


# A row for every request for a capture, written before it is sent: who is killed in between knows that it was sent.
_SAVES = """
create table saves (
    id integer primary key,
    page_id integer not null references pages(id),
    archive text not null,
    asked_at text not null,
    job text,
    state text not null default 'asked' check (state in ('asked', 'pending', 'saved', 'held', 'failed', 'refused')),
    reason text,
    capture_id integer references captures(id)
) strict"""


# How it is known that a page belongs where it is: a list or a user named it, the index lists it, or a capture links or leads
# to it (`capture_id`, `text` the words of the link).
_CLUES = """
create table clues (
    id integer primary key,
    page_id integer not null references pages(id),
    way text not null check (way in ('given', 'list', 'index', 'home', 'redirect', 'successor', 'path')),
    capture_id integer references captures(id),
    text text,
    noted_at text not null
) strict"""


# Bodies that other archives hold for a capture, beside its own (or, where nobody holds one, other tools' texts).
_CONFLICTS = """
create table conflicts (
    id integer primary key,
    capture_id integer not null references captures(id),
    body_id integer references bodies(id),
    text_id integer references texts(id),
    archive text not null,
    headers text,
    fetched_at text,
    check ((body_id is null) != (text_id is null))
) strict"""

_CONFLICTING = """
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


@migrations()
def m001_facts_and_derived(db: Database) -> None:
    """Everything of the first release."""
    for statement in [*_TABLES.split(";\n"), *_VIEWS.split(";\n"), *_SEARCH]:
        db.execute(statement)


@migrations()
def m002_variants(db: Database) -> None:
    """Other wordings that were shown while a version held; the timeline says how many."""
    db.execute(_VARIANTS)
    db.execute("create index variants_policy on variants(policy_id, first_seen)")
    db.execute("create index variants_version on variants(version_id)")
    db.execute("create index variants_text on variants(text_id)")
    db.execute("create index variants_page on variants(page_id)")
    db.execute("drop view timeline")
    db.execute(_TIMELINE)


@migrations()
def m003_gaps(db: Database) -> None:
    """Every absence is a row, with its reason; the reasons that `capture_health` shows are those of most captures."""
    for statement in (*absence.INDEXES, "drop view gaps", absence.GAPS, "drop view capture_health", absence.CAPTURE_HEALTH):
        db.execute(statement)


@migrations()
def m004_coverage(db: Database) -> None:
    """Which part of an index is known, so that a refresh asks for the rest."""
    db.execute(_COVERAGE)


@migrations()
def m005_saves(db: Database) -> None:
    """Captures that the archive was asked to make."""
    db.execute(_SAVES)
    db.execute("create index saves_page on saves(page_id, asked_at)")
    db.execute("create index saves_capture on saves(capture_id)")


@migrations()
def m006_reading(db: Database) -> None:
    """What makes an archive quick and plain to read: the latest changes, the health of captures, versions that have a name."""
    db.execute("create index changes_seen on changes(kind, first_new)")
    db.execute("drop view capture_health")
    db.execute(absence.CAPTURE_HEALTH)
    db.execute(
        """alter table versions add column label text
        generated always as ('version ' || number || ', ' || substr(first_seen, 1, 10)) virtual"""
    )


@migrations()
def m007_discovery(db: Database) -> None:
    """Where pages were found. A page to which only a redirect led is a waypoint: its index is not asked.

    `relation` says whose document a page shows (own, other); `finding` says in a line why it is kept where it is.
    """
    db.execute(_CLUES)
    db.execute("create unique index clues_once on clues(page_id, way, coalesce(capture_id, 0))")
    db.execute("create index clues_capture on clues(capture_id)")
    db.execute("alter table pages add column waypoint integer not null default 0 check (waypoint in (0, 1))")
    db.execute("alter table pages add column relation text check (relation in ('own', 'other'))")
    db.execute("alter table pages add column finding text")
    db.execute("update pages set waypoint = 1 where found_by = 'link'")


@migrations()
def m008_conflicts(db: Database) -> None:
    """What archives that were merged hold otherwise: two bodies for one capture."""
    db.execute(_CONFLICTS)
    db.execute("create unique index conflicts_once on conflicts(capture_id, coalesce(body_id, 0), coalesce(text_id, 0))")
    db.execute("create index conflicts_body on conflicts(body_id)")
    db.execute("create index conflicts_text on conflicts(text_id)")
    db.execute(_CONFLICTING)
