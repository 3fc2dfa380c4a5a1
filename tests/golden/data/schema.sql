user_version 0
application_id 1886350452
index captures_body CREATE INDEX captures_body on captures(body_id)
index captures_seen CREATE INDEX captures_seen on captures(page_id, captured_at, verdict, state)
index captures_state CREATE INDEX captures_state on captures(page_id, state)
index captures_text CREATE INDEX captures_text on captures(text_id)
index captures_unjudged CREATE INDEX captures_unjudged on captures((case when state = 'fetched' and verdict is null then page_id end))
index changes_new CREATE INDEX changes_new on changes(new_version)
index changes_new_text CREATE INDEX changes_new_text on changes(new_text_id)
index changes_old CREATE INDEX changes_old on changes(old_version)
index changes_old_text CREATE INDEX changes_old_text on changes(old_text_id)
index changes_policy CREATE INDEX changes_policy on changes(policy_id, first_new)
index changes_seen CREATE INDEX changes_seen on changes(kind, first_new)
index clause_places_clause CREATE INDEX clause_places_clause on clause_places(clause_id)
index clauses_kind CREATE INDEX clauses_kind on clauses(kind)
index clues_capture CREATE INDEX clues_capture on clues(capture_id)
index clues_once CREATE UNIQUE INDEX clues_once on clues(page_id, way, coalesce(capture_id, 0))
index conflicts_body CREATE INDEX conflicts_body on conflicts(body_id)
index conflicts_once CREATE UNIQUE INDEX conflicts_once on conflicts(capture_id, coalesce(body_id, 0), coalesce(text_id, 0))
index conflicts_text CREATE INDEX conflicts_text on conflicts(text_id)
index findings_change CREATE INDEX findings_change on findings(change_id)
index findings_kind CREATE INDEX findings_kind on findings(kind, move)
index idx__sqlite_migrations_migration_set_name CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name")
index known_changes_policy CREATE INDEX known_changes_policy on known_changes(policy_id, known_at)
index pages_urlkey CREATE INDEX pages_urlkey on pages(urlkey)
index saves_capture CREATE INDEX saves_capture on saves(capture_id)
index saves_page CREATE INDEX saves_page on saves(page_id, asked_at)
index sqlite_autoindex_bodies_1 None
index sqlite_autoindex_captures_1 None
index sqlite_autoindex_differences_1 None
index sqlite_autoindex_pages_1 None
index sqlite_autoindex_policies_1 None
index sqlite_autoindex_retailers_1 None
index sqlite_autoindex_versions_1 None
index texts_extractor CREATE INDEX texts_extractor on texts(extractor)
index texts_language CREATE INDEX texts_language on texts(language)
index texts_sizes CREATE INDEX texts_sizes on texts(id, words)
index variants_page CREATE INDEX variants_page on variants(page_id)
index variants_policy CREATE INDEX variants_policy on variants(policy_id, first_seen)
index variants_text CREATE INDEX variants_text on variants(text_id)
index variants_version CREATE INDEX variants_version on variants(version_id)
index versions_text CREATE INDEX versions_text on versions(text_id)
table _sqlite_migrations CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
)
table bodies CREATE TABLE bodies (
    id integer primary key,
    sha256 text not null unique,
    size integer not null,
    base_id integer references bodies(id),
    depth integer not null,
    data blob not null
) strict
table captures CREATE TABLE captures (
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
    text_id integer references texts(id), replay_key text,
    unique (page_id, timestamp, original, digest)
) strict
table changes CREATE TABLE changes (
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
, set_aside integer not null default 0, old_text_id integer references texts(id), new_text_id integer references texts(id), stated_before text, stated_date text, announced text
    check (announced in ('announced', 'ahead', 'silent', 'undated', 'false')), suspect text) strict
table claim_readings CREATE TABLE claim_readings (
    text_id integer primary key,
    rules text not null,
    claims integer
) strict
table clause_places CREATE TABLE clause_places (
    text_id integer not null,
    number integer not null,
    clause_id integer not null references clauses(id),
    start integer not null,
    "end" integer not null,
    primary key (text_id, number)
) strict, without rowid
table clauses CREATE TABLE clauses (
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
) strict
table clues CREATE TABLE clues (
    id integer primary key,
    page_id integer not null references pages(id),
    way text not null check (way in ('given', 'list', 'index', 'home', 'redirect', 'successor', 'path')),
    capture_id integer references captures(id),
    text text,
    noted_at text not null
) strict
table conflicts CREATE TABLE conflicts (
    id integer primary key,
    capture_id integer not null references captures(id),
    body_id integer references bodies(id),
    text_id integer references texts(id),
    archive text not null,
    headers text,
    fetched_at text,
    check ((body_id is null) != (text_id is null))
) strict
table coverage CREATE TABLE coverage (
    page_id integer not null references pages(id),
    archive text not null,
    listed_from text,
    listed_to text not null,
    whole_at text not null,
    primary key (page_id, archive)
) strict, without rowid
table crawls CREATE TABLE crawls (
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

table differences CREATE TABLE differences (
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
) strict
table findings CREATE TABLE findings (
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
) strict
table known_changes CREATE TABLE known_changes (
    id integer primary key,
    policy_id integer not null references policies(id),
    kind text not null,
    old_wording text not null,
    new_wording text not null,
    last_old text not null,
    first_new text not null,
    known_at text not null
) strict
table pages CREATE TABLE pages (
    id integer primary key,
    policy_id integer not null references policies(id),
    url text not null,
    urlkey text not null,
    found_by text not null check (found_by in ('given', 'list', 'cdx', 'link')),
    listing text check (listing in ('complete', 'excluded', 'failed')),
    listing_reason text,
    listed_at text, waypoint integer not null default 0 check (waypoint in (0, 1)), relation text check (relation in ('own', 'other')), finding text,
    unique (policy_id, urlkey)
) strict
table policies CREATE TABLE policies (
    id integer primary key,
    retailer text not null references retailers(domain),
    kind text not null default 'privacy',
    unique (retailer, kind)
) strict
table readings CREATE TABLE readings (
    change_id integer primary key,
    rules text not null,
    unquoted integer
) strict
table retailer_attributes CREATE TABLE retailer_attributes (
    retailer text not null references retailers(domain),
    name text not null,
    value text not null,
    noted_at text not null,
    primary key (retailer, name)
) strict, without rowid
table retailers CREATE TABLE retailers (
    domain text primary key,
    name text
) strict
table saves CREATE TABLE saves (
    id integer primary key,
    page_id integer not null references pages(id),
    archive text not null,
    asked_at text not null,
    job text,
    state text not null default 'asked' check (state in ('asked', 'pending', 'saved', 'held', 'failed', 'refused')),
    reason text,
    capture_id integer references captures(id)
) strict
table searches CREATE TABLE searches (
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
) strict, without rowid
table texts CREATE TABLE texts (
    id integer primary key,
    sha256 text not null,
    title text not null,
    markdown text not null,
    language text,
    words integer not null,
    completeness real not null,
    extractor text not null,
    wording text not null
, stated_date text) strict
table underived CREATE TABLE underived (
    policy_id integer primary key references policies(id),
    reason text not null,
    extractor text not null
) strict
table variants CREATE TABLE variants (
    id integer primary key,
    policy_id integer not null references policies(id),
    version_id integer not null references versions(id),
    text_id integer not null references texts(id),
    page_id integer not null references pages(id),
    kind text not null check (kind in ('flip', 'address')),
    first_seen text not null,
    last_seen text not null,
    captures integer not null
) strict
table versions CREATE TABLE versions (
    id integer primary key,
    policy_id integer not null references policies(id),
    number integer not null,
    text_id integer not null references texts(id),
    first_seen text not null,
    last_seen text not null,
    captures integer not null,
    stated_date text, label text
        generated always as ('version ' || number || ', ' || substr(first_seen, 1, 10)) virtual, suspect text, set_aside integer,
    unique (policy_id, number)
) strict
table versions_fts CREATE VIRTUAL TABLE versions_fts using fts5(title, markdown, tokenize='unicode61 remove_diacritics 2',
        content='version_texts', content_rowid='id')
table versions_fts_config CREATE TABLE 'versions_fts_config'(k PRIMARY KEY, v) WITHOUT ROWID
table versions_fts_data CREATE TABLE 'versions_fts_data'(id INTEGER PRIMARY KEY, block BLOB)
table versions_fts_docsize CREATE TABLE 'versions_fts_docsize'(id INTEGER PRIMARY KEY, sz BLOB)
table versions_fts_idx CREATE TABLE 'versions_fts_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID
trigger changes_gone CREATE TRIGGER changes_gone after delete on changes begin
    delete from differences where change_id = old.id;
end
trigger findings_gone CREATE TRIGGER findings_gone after delete on changes begin
    delete from findings where change_id = old.id;
    delete from readings where change_id = old.id;
end
trigger versions_indexed CREATE TRIGGER versions_indexed after insert on versions begin
        insert into versions_fts(rowid, title, markdown) select new.id, title, markdown from texts where id = new.text_id;
    end
trigger versions_unindexed CREATE TRIGGER versions_unindexed before delete on versions begin
        insert into versions_fts(versions_fts, rowid, title, markdown)
        select 'delete', old.id, title, markdown from texts where id = old.text_id;
    end
view capture_health CREATE VIEW capture_health as
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
join (select * from policies where kind = 'privacy') p on p.id = g.policy_id
group by t.page_id, t.state, t.verdict, p.retailer, g.url, g.listing
union all
select p.retailer, g.url, coalesce(g.listing, 'not listed'), null, null, 0, null, null, 0, g.listing_reason
from pages g
join (select * from policies where kind = 'privacy') p on p.id = g.policy_id
where not exists (select 1 from captures where page_id = g.id)
view change_log CREATE VIEW change_log as
select p.retailer, c.kind, c.last_old, c.first_new, o.number as old_version, n.number as new_version,
       c.words_added, c.words_removed, c.similarity, c.set_aside, c.stated_before, c.stated_date, c.announced,
       c.suspect, t.title, (select case when count(*) > 0 then json_group_array(a.name || ': ' || a.value) end
        from (select name, value from retailer_attributes where retailer = p.retailer order by name) a)
        as attributes, c.id as change_id
from changes c
join policies p on p.id = c.policy_id
join versions o on o.id = c.old_version
join versions n on n.id = c.new_version
join texts t on t.id = n.text_id
view claims CREATE VIEW claims as
select p.text_id * 2048 + p.number as id, p.text_id, c.kind, c.polarity, c.subject, c.value, c.unit, c.scope,
       c.modality, c.section, c.quote, p.start, p."end", c.rule, c.reference
from clause_places p
join clauses c on c.id = p.clause_id
view conflicting_captures CREATE VIEW conflicting_captures as
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
view finding_log CREATE VIEW finding_log as
select p.retailer, c.last_old, c.first_new, f.kind, f.move, f.what, f.before, f.after, f.section, f.weight,
       f.certainty, f.lasting, c.announced, c.suspect, f.rule, o.number as old_version,
       n.number as new_version, f.change_id, f.id as finding_id
from findings f
join changes c on c.id = f.change_id
join policies p on p.id = c.policy_id
join versions o on o.id = c.old_version
join versions n on n.id = c.new_version
view gaps CREATE VIEW gaps as
with dated_pages as (
    select g.policy_id, (select min(captured_at) from captures where page_id = g.id) as earliest,
           coalesce((select max(captured_at) from captures where page_id = g.id), '') as latest,
           case when g.listing = 'failed' then '' else coalesce(g.listed_at, '') end as listed
    from (select * from pages where policy_id in (select id from policies where kind = 'privacy')) g
),
looked_for as (
    select policy_id, min(earliest) as earliest, max(case when listed > latest then listed else latest end) as latest
    from dated_pages group by policy_id
),
moments as (
    select policy_id, earliest as moment, 0 as part from looked_for where earliest is not null
    union all
    select g.policy_id, c.captured_at, 1 from (select * from pages where policy_id in (select id from policies where kind = 'privacy')) g join captures c on c.page_id = g.id
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
measured as (
    select policy_id, part, since, until, next_part,
           12 * (cast(substr(until, 1, 4) as integer) - cast(substr(since, 1, 4) as integer)) + cast(substr(until, 6, 2) as integer) - cast(substr(since, 6, 2) as integer)
               - case when substr(until, 9) < substr(since, 9) then 1 else 0 end as months
    from spans where until is not null
),
long_spans as materialized (
    select policy_id, part, since, until, next_part, months,
           case when part = 0 and next_part = 2 then 'never a good capture' else 'no good capture' end as kind
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
unobtained as (
    select id as page_id, case when listing = 'failed' then 'listing failed' else listing end as kind,
           listing_reason as reason, null as captured_at, 0 as capture
    from (select * from pages where policy_id in (select id from policies where kind = 'privacy')) where listing in ('excluded', 'failed')
    union all
    select g.id, c.state, c.reason, c.captured_at, 1
    from (select * from pages where policy_id in (select id from policies where kind = 'privacy')) g join captures c on c.page_id = g.id and c.state in ('failed', 'excluded')
    union all
    select page_id, 'not judged', 'fetched, but not judged yet', captured_at, 1
    from captures where case when state = 'fetched' and verdict is null then page_id end > 0
)
select p.retailer, case when s.part = 1 then s.since end as last_good,
       case when s.next_part = 1 then s.until end as next_good,
       cast(365 * (cast(substr(s.until, 1, 4) as integer) - case when cast(substr(s.until, 6, 2) as integer) < 3 then 1 else 0 end) + ((cast(substr(s.until, 1, 4) as integer) - case when cast(substr(s.until, 6, 2) as integer) < 3 then 1 else 0 end) - (cast(substr(s.until, 1, 4) as integer) - case when cast(substr(s.until, 6, 2) as integer) < 3 then 1 else 0 end) % 4) / 4 - ((cast(substr(s.until, 1, 4) as integer) - case when cast(substr(s.until, 6, 2) as integer) < 3 then 1 else 0 end) - (cast(substr(s.until, 1, 4) as integer) - case when cast(substr(s.until, 6, 2) as integer) < 3 then 1 else 0 end) % 100) / 100 + ((cast(substr(s.until, 1, 4) as integer) - case when cast(substr(s.until, 6, 2) as integer) < 3 then 1 else 0 end) - (cast(substr(s.until, 1, 4) as integer) - case when cast(substr(s.until, 6, 2) as integer) < 3 then 1 else 0 end) % 400) / 400 + (153 * (cast(substr(s.until, 6, 2) as integer) - 3 + 12 * case when cast(substr(s.until, 6, 2) as integer) < 3 then 1 else 0 end) + 2 - (153 * (cast(substr(s.until, 6, 2) as integer) - 3 + 12 * case when cast(substr(s.until, 6, 2) as integer) < 3 then 1 else 0 end) + 2) % 5) / 5 + cast(substr(s.until, 9, 2) as integer)
            - (365 * (cast(substr(s.since, 1, 4) as integer) - case when cast(substr(s.since, 6, 2) as integer) < 3 then 1 else 0 end) + ((cast(substr(s.since, 1, 4) as integer) - case when cast(substr(s.since, 6, 2) as integer) < 3 then 1 else 0 end) - (cast(substr(s.since, 1, 4) as integer) - case when cast(substr(s.since, 6, 2) as integer) < 3 then 1 else 0 end) % 4) / 4 - ((cast(substr(s.since, 1, 4) as integer) - case when cast(substr(s.since, 6, 2) as integer) < 3 then 1 else 0 end) - (cast(substr(s.since, 1, 4) as integer) - case when cast(substr(s.since, 6, 2) as integer) < 3 then 1 else 0 end) % 100) / 100 + ((cast(substr(s.since, 1, 4) as integer) - case when cast(substr(s.since, 6, 2) as integer) < 3 then 1 else 0 end) - (cast(substr(s.since, 1, 4) as integer) - case when cast(substr(s.since, 6, 2) as integer) < 3 then 1 else 0 end) % 400) / 400 + (153 * (cast(substr(s.since, 6, 2) as integer) - 3 + 12 * case when cast(substr(s.since, 6, 2) as integer) < 3 then 1 else 0 end) + 2 - (153 * (cast(substr(s.since, 6, 2) as integer) - 3 + 12 * case when cast(substr(s.since, 6, 2) as integer) < 3 then 1 else 0 end) + 2) % 5) / 5 + cast(substr(s.since, 9, 2) as integer))
            - case when substr(s.until, 11) < substr(s.since, 11) then 1 else 0 end as integer) as days,
       s.months, s.kind, coalesce(w.captures, 0) as captures, w.reason, null as url, s.since, s.until
from long_spans s
join (select * from policies where kind = 'privacy') p on p.id = s.policy_id
left join within w on w.policy_id = s.policy_id and w.since = s.since and w.part = s.part
union all
select p.retailer, null, null, null, null, 'no capture', 0,
       case when max(case when g.listing = 'complete' then 1 else 0 end) = 1 then 'the archive lists none'
            when count(g.listing) > 0 then 'it could not be listed'
            when count(g.id) = 0 and exists (select 1 from searches s where s.retailer = p.retailer) then 'no address of it was found'
            else 'nobody has looked for any yet' end,
       null, null, max(g.listed_at)
from (select * from policies where kind = 'privacy') p left join pages g on g.policy_id = p.id
where not exists (select 1 from pages x join captures c on c.page_id = x.id where x.policy_id = p.id)
group by p.id, p.retailer
union all
select p.retailer, null, null, null, null, u.kind, cast(sum(u.capture) as bigint), u.reason, g.url, min(u.captured_at),
       max(u.captured_at)
from unobtained u join pages g on g.id = u.page_id join (select * from policies where kind = 'privacy') p on p.id = g.policy_id
group by u.page_id, u.kind, u.reason, p.retailer, g.url
view latest_policies CREATE VIEW latest_policies as
select p.retailer, r.name, v.number as version, t.title, v.first_seen, v.last_seen, v.captures, t.words,
       t.language, t.completeness, (select case when count(*) > 0 then json_group_array(a.name || ': ' || a.value) end
        from (select name, value from retailer_attributes where retailer = p.retailer order by name) a)
        as attributes, t.markdown
from policies p
join retailers r on r.domain = p.retailer
join versions v on v.id = (
    select id from versions where policy_id = p.id order by last_seen desc, number desc limit 1
)
join texts t on t.id = v.text_id
view lineage CREATE VIEW lineage as
select p.retailer, g.url, p.kind, g.relation, g.found_by,
       (select group_concat(way, ', ') from (select way from clues where page_id = g.id group by way order by min(id))) as ways,
       (select min(captured_at) from captures where page_id = g.id and verdict = 'policy') as first_good,
       (select max(captured_at) from captures where page_id = g.id and verdict = 'policy') as last_good,
       (select min(c.captured_at) from clues k join captures c on c.id = k.capture_id where k.page_id = g.id) as first_linked,
       (select max(c.captured_at) from clues k join captures c on c.id = k.capture_id where k.page_id = g.id) as last_linked,
       (select count(*) from captures where page_id = g.id) as captures, g.finding
from pages g join policies p on p.id = g.policy_id
where p.kind in ('privacy', 'regional', 'candidate')
view panel_half_years CREATE VIEW panel_half_years as
with recursive known as materialized (
    select policy_id, cast(((12 * cast(substr(min(first_seen), 1, 4) as integer) + cast(substr(min(first_seen), 6, 2) as integer) - 1) - (12 * cast(substr(min(first_seen), 1, 4) as integer) + cast(substr(min(first_seen), 6, 2) as integer) - 1) % 6) / 6 as integer) as earliest, cast(((12 * cast(substr(max(last_seen), 1, 4) as integer) + cast(substr(max(last_seen), 6, 2) as integer) - 1) - (12 * cast(substr(max(last_seen), 1, 4) as integer) + cast(substr(max(last_seen), 6, 2) as integer) - 1) % 6) / 6 as integer) as latest
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
           printf('%04d-%02d-01', cast(((number) * 6 - (number) * 6 % 12) / 12 as integer), (number) * 6 % 12 + 1) as start, printf('%04d-%02d-01', cast(((number + 1) * 6 - (number + 1) * 6 % 12) / 12 as integer), (number + 1) * 6 % 12 + 1) as after
    from numbers where number is not null
),
s as (
    select p.id, p.retailer, d.number, d.half_year, d.start, d.after
    from policies p cross join known k cross join periods d
    where p.kind = 'privacy' and k.policy_id = p.id and d.number >= k.earliest and d.number <= k.latest
),
seen as (
    select s.id, s.retailer, s.number, s.half_year,
           (select max(c.captured_at) from pages g join captures c on c.page_id = g.id
        where g.policy_id = s.id and c.verdict = 'policy' and c.captured_at < s.after) as seen_before,
           (select min(c.captured_at) from pages g join captures c on c.page_id = g.id
        where g.policy_id = s.id and c.verdict = 'policy' and c.captured_at >= s.after) as seen_after,
           (select count(distinct c.captured_at) from pages g join captures c on c.page_id = g.id
        where g.policy_id = s.id and c.verdict = 'policy' and c.captured_at >= s.start and c.captured_at < s.after) as captures,
           (select count(*) from changes x
        where x.policy_id = s.id and x.kind = 'wording' and x.first_new >= s.start and x.first_new < s.after and x.last_old >= s.start) as changes_within,
           (select count(*) from changes x
        where x.policy_id = s.id and x.kind = 'wording' and x.first_new >= s.start and x.last_old < s.after) as changes_touching
    from s
)
select n.retailer, n.half_year, v.number as version, t.words, n.captures, n.changes_within,
       n.changes_touching - n.changes_within as changes_possible, n.seen_before, n.seen_after,
       case when n.captures = 0 and 12 * (cast(substr(n.seen_after, 1, 4) as integer) - cast(substr(n.seen_before, 1, 4) as integer))
                + cast(substr(n.seen_after, 6, 2) as integer) - cast(substr(n.seen_before, 6, 2) as integer)
                - case when substr(n.seen_after, 9) < substr(n.seen_before, 9) then 1 else 0 end >= 6
            then 1 else 0 end as in_gap,
       (select case when count(*) > 0 then json_group_array(a.name || ': ' || a.value) end
        from (select name, value from retailer_attributes where retailer = n.retailer order by name) a)
        as attributes, v.id as version_id
from seen n
left join versions v on v.id = coalesce((
    select x.new_version from changes x
    where x.policy_id = n.id and x.kind = 'wording' and x.first_new <= n.seen_before
    order by x.first_new desc, x.id desc limit 1
), (select w.id from versions w where w.policy_id = n.id and w.number = 1))
left join texts t on t.id = v.text_id
view timeline CREATE VIEW timeline as
select p.retailer, v.number as version, v.first_seen, v.last_seen, v.captures, v.stated_date, v.suspect,
       t.title, t.words,
       (select count(*) from variants x where x.version_id = v.id and x.kind = 'flip') as flips,
       (select count(*) from variants x where x.version_id = v.id and x.kind = 'address') as other_addresses,
       (select case when count(*) > 0 then json_group_array(a.name || ': ' || a.value) end
        from (select name, value from retailer_attributes where retailer = p.retailer order by name) a)
        as attributes, v.id as version_id
from versions v
join policies p on p.id = v.policy_id
join texts t on t.id = v.text_id
view version_texts CREATE VIEW version_texts as
select v.id, t.title, t.markdown from versions v join texts t on t.id = v.text_id
