"""The SQL of the tables, the search index and the first views.

A released text is never changed: a migration that needs another one adds it. Lines of SQL keep their released
length.
"""

TABLES = """
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

# The views that people open first. A good capture has the verdict `policy`; only these are evidence of a
# wording.
VIEWS = """
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

# The index stores no copy of the texts. Triggers follow the versions, because a text outlives its version.
SEARCH = [
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


# A variant is a flip (for one capture, or alternating with the version) or the text of another address at the
# time.
VARIANTS = """
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

TIMELINE = """
create view timeline as
select p.retailer, v.number as version, v.first_seen, v.last_seen, v.captures, v.stated_date, t.title, t.words,
       (select count(*) from variants x where x.version_id = v.id and x.kind = 'flip') as flips,
       (select count(*) from variants x where x.version_id = v.id and x.kind = 'address') as other_addresses,
       v.id as version_id
from versions v
join policies p on p.id = v.policy_id
join texts t on t.id = v.text_id"""


# The part of an index of a page that was listed completely: from `listed_from` (null: the first) to
# `listed_to`.
COVERAGE = """
create table coverage (
    page_id integer not null references pages(id),
    archive text not null,
    listed_from text,
    listed_to text not null,
    whole_at text not null,
    primary key (page_id, archive)
) strict, without rowid"""


# A row is written before each save request is sent, so that after a kill the next run knows of it.
SAVES = """
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


# Discovery evidence of a page: a list or a user named it, the index lists it, or a capture links or redirects
# to it (`capture_id`; `text` are the words of the link).
CLUES = """
create table clues (
    id integer primary key,
    page_id integer not null references pages(id),
    way text not null check (way in ('given', 'list', 'index', 'home', 'redirect', 'successor', 'path')),
    capture_id integer references captures(id),
    text text,
    noted_at text not null
) strict"""


# The state of each discovery strategy of a retailer, with the requests and pages found of all runs. `part`
# means not complete, for the reason given; `cursor` (JSON) says where the next run continues.
SEARCHES = """
create table searches (
    retailer text not null references retailers(domain),
    archive text not null,
    way text not null check (way in ('known', 'index', 'home', 'path', 'successor')),
    state text not null check (state in ('complete', 'part', 'failed', 'excluded')),
    asked_at text not null,
    requests integer not null default 0,
    found integer not null default 0,
    reason text,
    cursor text,
    primary key (retailer, archive, way)
) strict, without rowid"""


# Other bodies that merged archives have for a capture (or, if no archive has a body, other imported texts).
CONFLICTS = """
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


# The places where the two captures of a change differ. `place` 0 is the title of the page. The numbers are ranges of words
# in the two texts of the change. The reason `wording` counts; every other one is set aside.
DIFFERENCES = """
create table differences (
    change_id integer not null references changes(id),
    place integer not null,
    reason text not null,
    section text not null,
    removed text not null,
    added text not null,
    old_start integer not null,
    old_end integer not null,
    new_start integer not null,
    new_end integer not null,
    primary key (change_id, place)
) strict"""

# The differences of a change are deleted with it.
DIFFERENCES_GO = """
create trigger changes_gone after delete on changes begin
    delete from differences where change_id = old.id;
end"""

CHANGE_LOG = """
create view change_log as
select p.retailer, c.kind, c.last_old, c.first_new, o.number as old_version, n.number as new_version,
       c.words_added, c.words_removed, c.similarity, c.set_aside, t.title, c.id as change_id
from changes c
join policies p on p.id = c.policy_id
join versions o on o.id = c.old_version
join versions n on n.id = c.new_version
join texts t on t.id = n.text_id"""

# Histories over a limit of processor time or memory: why, and the extractor whose texts it was.
UNDERIVED = """
create table underived (
    policy_id integer primary key references policies(id),
    reason text not null,
    extractor text not null
) strict"""

# When this archive file first had each change, also if the change is gone again. A change is found again by its
# wordings: later captures can narrow its bracket, and give its versions other numbers.
KNOWN_CHANGES = """
create table known_changes (
    id integer primary key,
    policy_id integer not null references policies(id),
    kind text not null,
    old_wording text not null,
    new_wording text not null,
    last_old text not null,
    first_new text not null,
    known_at text not null
) strict"""
