"""A large archive for benchmarks: invented shops with similar versions of their policies.

Consecutive versions share most of their words. The rows are written straight into the tables, because only
reading is measured. The same seed makes the same archive.
"""

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from sqlite_utils import Database

from db.database import open_archive, transaction
from db.history.comparison import token_diff
from db.history.comparison.differences import differences, size
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.words import Words
from db.history.judgement import row
from db.normalisation import wording_key
from db.schema.ids import IDS_PER_POLICY
from db.store import attributes, retailers, texts
from db.store.bodies import Bodies
from db.store.known_changes import WITH_TEXTS
from db.store.texts import Text
from db.times import iso, key

PARAGRAPH = 50  # words
SECTION = 5  # paragraphs below a heading
LARGEST = 60  # times the captures and versions of the smallest retailer
FIRST, LAST = datetime(1999, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
EXTRACTOR = "benchmark"
HEADERS = json.dumps(
    [
        ["Content-Type", "text/html; charset=utf-8"],
        ["Date", "Mon, 01 Jan 2018 00:00:00 GMT"],
        ["Server", "shop"],
    ]
)
BAD = ("soft-404", "block-page", "error-page", "redirect-stub", "empty")
CALLED = (  # what policies began to say, and from when
    (datetime(2000, 6, 1, tzinfo=UTC), "We use cookies to remember what is in your cart."),
    (
        datetime(2017, 9, 1, tzinfo=UTC),
        "You have the right to data portability and the right to be forgotten.",
    ),
    (
        datetime(2019, 7, 1, tzinfo=UTC),
        "Do not sell or share my personal information: California residents may opt out.",
    ),
)
KINDS = ("sale", "recipient", "right", "retention", "purpose", "tracking", "security", "choice", "law")
MOST_FINDINGS = 12  # of a change
SECTORS = ("books", "clothes", "electronics", "food", "furniture", "toys")
COUNTRIES = ("DE", "FR", "GB", "US")
COMMON = (
    "the of and to we your you information or our in for with a may that is this by as us on not from use "
    "data personal are any other services if can about when such have site be will privacy policy third "
    "parties it collect provide cookies share at website email these through how which purposes order "
    "please some customers address all contact rights their time"
)


@dataclass(frozen=True)
class Size:
    """Numbers of retailers, captures and versions to generate."""

    retailers: int = 2_000
    captures: int = 100_000
    versions: int = 20_000
    words: int = 2_000


class Writer:
    """A generator of paragraphs: invented words with the frequencies of real ones."""

    def __init__(self, rng: random.Random) -> None:
        syllables = [
            "con",
            "ser",
            "da",
            "pro",
            "tec",
            "ling",
            "mar",
            "ket",
            "vi",
            "so",
            "ad",
            "ver",
            "tis",
            "ment",
            "ac",
            "count",
        ]
        invented = {"".join(rng.choices(syllables, k=rng.randint(2, 4))) for _ in range(6_000)}
        self.words = [*COMMON.split(), *sorted(invented)]
        self.weights = list(accumulate(1 / (rank + 5) for rank in range(len(self.words))))
        self.rng = rng

    def paragraph(self) -> str:
        """Return a paragraph of some sentences."""
        words = self.rng.choices(self.words, cum_weights=self.weights, k=PARAGRAPH)
        return " ".join(" ".join(words[at : at + 12]).capitalize() + "." for at in range(0, PARAGRAPH, 12))

    def edit(self, paragraph: str) -> str:
        """Return the paragraph with some words replaced."""
        words = paragraph.split()
        for at in self.rng.sample(range(len(words)), k=min(4, len(words))):
            words[at] = self.rng.choice(self.words)
        return " ".join(words)


def archive(path: Path, size: Size, seed: int = 6) -> None:
    """Write an archive of this size. The file must not exist."""
    db = open_archive(path, create=True)
    db.execute("pragma synchronous = off")
    rng = random.Random(seed)
    write = Writer(rng)
    shares = [min(rng.paretovariate(1.5), LARGEST) for _ in range(size.retailers)]
    versions = _split(size.versions, shares)
    captures = _split(size.captures, [share + 0.5 for share in shares])
    for number in range(size.retailers):
        with transaction(db):
            _retailer(
                db, write, number, versions[number], max(captures[number], versions[number]), size.words
            )
    with transaction(db):
        db.execute(
            f"""insert into known_changes
                (policy_id, kind, old_wording, new_wording, last_old, first_new, known_at)
            select c.policy_id, c.kind, a.wording, b.wording, c.last_old, c.first_new, ?
            from {WITH_TEXTS} order by c.id""",
            [iso(LAST)],
        )
        _findings(db, random.Random(seed))
    db.execute("insert into versions_fts(versions_fts) values ('optimize')")
    db.execute("analyze")
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()


def _findings(db: Database, rng: random.Random) -> None:
    """Write what the changes mean: up to MOST_FINDINGS findings each, of invented kinds and quotes."""
    for (change,) in db.execute("select id from changes where kind = 'wording' order by id").fetchall():
        db.execute("insert into readings (change_id, rules, unquoted) values (?, 'x', ?)", [change, 40])
        for number in range(rng.randint(0, MOST_FINDINGS)):
            kind, move = rng.choice(KINDS), rng.choice(("added", "removed", "changed"))
            quote = f"{rng.choice(CALLED)[1]} It is number {number}."
            quotes = ("" if move == "added" else quote, "" if move == "removed" else quote)
            rest = ("Rights", f"{kind}/x", rng.randint(1, 5), "possible", 1, number)
            db.execute(
                "insert into findings values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [1_000 * change + number, change, kind, move, kind, *quotes, *rest],
            )


def _split(total: int, shares: list[float]) -> list[int]:
    """Return whole numbers in these proportions, each at least one, with this sum."""
    ends = [round(at * (total - len(shares)) / sum(shares)) for at in accumulate(shares)]
    return [1 + end - before for before, end in zip([0, *ends], ends, strict=False)]


def _retailer(db: Database, write: Writer, number: int, versions: int, captures: int, words: int) -> None:
    rng = write.rng
    domain = f"shop{number:04}.example"
    policy = retailers.add_policy(db, domain)
    db.execute("update retailers set name = ? where domain = ?", [f"Shop {number}", domain])
    groups = {"sector": SECTORS[number % len(SECTORS)], "country": COUNTRIES[number % len(COUNTRIES)]}
    attributes.store(db, domain, groups)
    page = retailers.add_page(db, policy, f"https://www.{domain}/privacy", "list")
    listed = key(LAST)
    db.execute("update pages set listing = 'complete', listed_at = ? where id = ?", [iso(LAST), page.id])
    start = FIRST + (LAST - FIRST) * rng.random() * 0.6
    moments = sorted(
        {
            start + timedelta(seconds=rng.randrange(int((LAST - start).total_seconds())))
            for _ in range(captures)
        }
    )
    begins = [0, *sorted(rng.sample(range(1, len(moments)), k=min(versions, len(moments)) - 1))]
    bodies = Bodies(db)
    before: Text | None = None
    last_old, before_id = "", 0
    for place, (begin, markdown) in enumerate(
        zip(begins, _texts(write, [moments[at] for at in begins], words), strict=True), 1
    ):
        end = begins[place] if place < len(begins) else len(moments)
        key_ = hashlib.sha256(f"{domain}{markdown}".encode()).hexdigest()
        text = Text(
            key_,
            f"Privacy policy of shop {number}",
            markdown,
            "en",
            len(markdown.split()),
            0.98,
            wording_key(markdown),
            "policy",
            "",
        )
        text_id = texts.put(db, text, EXTRACTOR)
        body_id = bodies.put(
            f"<h1>{domain} {place}</h1>".encode(), page_id=page.id, timestamp=key(moments[begin])
        )
        seen = []
        for at in range(begin, end):
            good = at == begin or rng.random() < 0.9
            seen += [moments[at]] if good else []
            verdict = "policy" if good else rng.choice(BAD)
            state = "fetched" if good or rng.random() < 0.8 else "failed"
            db.execute(
                """insert into captures (page_id, archive, timestamp, captured_at, original, mimetype, status,
                digest, length, state, verdict, reason, attempts, fetched_at, headers, body_id, text_id)
                values (?, 'web.archive.org', ?, ?, ?, 'text/html', 200, ?, 9000, ?, ?, ?, 1, ?, ?, ?, ?)""",
                [
                    *(
                        page.id,
                        key(moments[at]),
                        iso(moments[at]),
                        page.url,
                        hashlib.sha1(f"{domain}{at}".encode()).hexdigest(),
                    ),
                    *(state, verdict if state == "fetched" else None, "a benchmark says so", listed, HEADERS),
                    *(body_id if state == "fetched" else None, text_id if good else None),
                ],
            )
        version = policy * IDS_PER_POLICY + place
        db.execute(
            """insert into versions (id, policy_id, number, text_id, first_seen, last_seen, captures)
            values (?, ?, ?, ?, ?, ?, ?)""",
            [version, policy, place, text_id, iso(seen[0]), iso(seen[-1]), len(seen)],
        )
        if before is not None:
            old, new = (Words(TokenizedText(one)) for one in (before.markdown, markdown))
            found = differences(old, new, token_diff.compare(old.text, new.text))
            db.execute(
                """insert into changes (id, policy_id, old_version, new_version, kind, last_old, first_new,
                words_added, words_removed, similarity, set_aside, old_text_id, new_text_id)
                values (?, ?, ?, ?, 'wording', ?, ?, ?, ?, ?, ?, ?, ?)""",
                [
                    *(version - 1, policy, version - 1, version, last_old, iso(seen[0])),
                    *(*size(old, new, found), before_id, text_id),
                ],
            )
            db.conn.executemany(
                f"insert into differences values ({', '.join('?' * 10)})",
                ((version - 1, *row(one)) for one in found),
            )
        before, before_id, last_old = text, text_id, iso(seen[-1])


def _texts(write: Writer, begins: list[datetime], words: int) -> Iterator[str]:
    """Yield the texts that begin at these moments, each derived from the one before."""
    rng = write.rng
    paragraphs = [write.paragraph() for _ in range(max(1, round(words * rng.uniform(0.5, 1.5) / PARAGRAPH)))]
    adopted = [when + timedelta(days=rng.expovariate(1 / 900)) for when, _ in CALLED]
    for begin in begins:
        for _ in range(rng.choice((1, 1, 2, 3, 8))):
            at = rng.randrange(len(paragraphs))
            paragraphs[at] = write.edit(paragraphs[at]) if rng.random() < 0.8 else write.paragraph()
        called = [sentence for when, (_, sentence) in zip(adopted, CALLED, strict=True) if when <= begin]
        blocks = [*called, *paragraphs]
        sections = [blocks[at : at + SECTION] for at in range(0, len(blocks), SECTION)]
        heads = [f"## {n}. {' '.join(section[-1].split()[:4])}" for n, section in enumerate(sections, 1)]
        yield "# Privacy policy\n\n" + "\n\n".join(
            "\n\n".join((head, *section)) for head, section in zip(heads, sections, strict=True)
        )
