"""A crawl with the ten worst pages among a hundred good shops."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from common import Place, Row

from tests.support.hostile_pdfs import bombs
from tests.support.policies import policy
from tests.support.warcs import digest
from tests.support.wayback.standin import StandIn, memento, row

GOOD, CAPTURES = 100, 40
YEARS = ("20150101000000", "20160101000000", "20170101000000")
LONG = "long-history"
HEAD = "<html><head><title>Privacy Policy</title></head><body><h1>Privacy Policy</h1>"
WORDS = (
    "We collect personal information such as your name and cookies when you order, and share it with third "
    "parties as this privacy policy describes. "
)


def worst(place: Place) -> Iterator[tuple[str, list[bytes]]]:
    """Yield a name and the bodies of a page, one for each year. The last history goes over its limit."""
    rng = place.rng

    def texts(paragraph: str) -> list[bytes]:
        return [f"{HEAD}<p>{WORDS * 9}{number}</p>{paragraph}".encode() for number, _ in enumerate(YEARS)]

    def random_words(count: int) -> str:
        made = ["".join(rng.choices("abcdefgh", k=5)) for _ in range(count)]
        return "".join(f"<p>{' '.join(made[at : at + 99])}.</p>" for at in range(0, count, 99))

    yield "no-stop", texts(f"<p>{'privacy ' * 20_000}</p>")
    yield "many-words", [f"{HEAD}<p>{WORDS * 9}</p>{random_words(60_000)}".encode() for _ in YEARS]
    yield "names", texts("".join(f"<div class='nav{'1' * 40}!'>{number}</div>" for number in range(300)))
    yield "nested", texts("<div>" * 50_000 + WORDS)
    yield "items", texts("<ul>" + "<li>a" * 60_000)
    yield "dates", texts("<p>" + "1 May 2015 " * 20_000 + "</p>")
    yield "script", texts('<script>var a = {"a": "' + '\\"' * 400_000 + "</script>" + "<!--" * 100_000)
    yield "sizes", texts("<table>" + "<tr><td>a<td>" * 20_000 + "</table>")
    paragraphs = [f"<p>{WORDS}{random_words(60)}</p>" for _ in range(400)]
    yield "moved", [(HEAD + "".join(rng.sample(paragraphs, 400))).encode() for _ in YEARS]
    yield "pdf", [body for _name, body in bombs(500)][: len(YEARS)]
    # Each comparison of two captures takes seconds, and together they take more than 60 s.
    yield LONG, [f"{HEAD}<p>{WORDS * 9}</p>{random_words(70_000)}".encode() for _ in range(CAPTURES)]


def moments(pages: list[bytes]) -> list[str]:
    """Return the timestamps of the captures of a page, one for each body."""
    return [f"{2010 + number // 12}{number % 12 + 1:02d}01000000" for number, _ in enumerate(pages)]


def rows(place: Place) -> Iterator[Row]:
    """Crawl all; the hundred are complete, and what is not derived is told by status 3 and by `verify`.

    What `verify` could not check is no damage: its status is 0.
    """
    archive, lists = place.folder / "worst.db", place.folder / "shops.csv"
    bad = dict(worst(place))
    good = [f"good{number}.example" for number in range(GOOD)]
    with StandIn() as wayback:
        for shop in good:
            pages = [policy(f"Revision {number}.", shop) for number, _ in enumerate(YEARS)]
            wayback.add_captures(f"http://{shop}/privacy", *zip(YEARS, pages, strict=True))
        for name, pages in bad.items():
            captures = zip(moments(pages), pages, strict=True)
            wayback.add_captures(f"http://{name}.example/privacy", *captures)
            if name == "pdf":
                as_pdf(wayback, f"http://{name}.example/privacy", pages)
        shops = [*(f"{name}.example" for name in bad), *good]
        place.rng.shuffle(shops)
        lists.write_text(
            "domain,policy_url\n" + "".join(f"{shop},http://{shop}/privacy\n" for shop in shops), "utf-8"
        )
        ended = place.run(
            *("crawl", archive, "--retailers", lists, "--source", wayback.address),
            *("--cdx-per-minute", 0, "--replay-per-minute", 0),
            most=600,
        )
    yield Row("crawl", f"status {ended.status}", ended.wrong(0, 3, most=600), ended.seconds, ended.megabytes)
    with closing(sqlite3.connect(archive)) as db:
        of_policies = "from {} t join policies p on p.id = t.policy_id group by 1"
        counts = dict(db.execute(f"select p.retailer, count(*) {of_policies.format('versions')}"))
        judged = dict(
            db.execute(
                """select p.retailer, group_concat(distinct coalesce(c.verdict, 'not judged')) from captures c
                join pages g on g.id = c.page_id join policies p on p.id = g.policy_id group by 1"""
            )
        )
        sql = "select p.retailer, u.reason from underived u join policies p on p.id = u.policy_id"
        underived = dict(db.execute(sql))
    complete = sum(counts.get(shop) == len(YEARS) for shop in good)
    yield Row(
        "crawl", "the good shops", "" if complete == GOOD else f"only {complete} of {GOOD} are complete"
    )
    told = place.run("verify", archive, most=600)
    yield Row("crawl", f"verify: {told.status}", told.wrong(0, most=600), told.seconds, told.megabytes)
    reason = underived.get(f"{LONG}.example", "derived after all")
    note = f"the history of {LONG}.example could not be derived: {reason}"
    wrong = (
        "" if ended.status == 3 and note in told.output else f"status {ended.status}, and verify is silent"
    )
    yield Row("crawl", f"{LONG}: {reason}", wrong)
    for name in bad:
        shop = f"{name}.example"
        verdicts, versions = judged.get(shop, "no capture"), counts.get(shop, 0)
        # A policy without versions is one whose history is missing: somebody must say so.
        missing = "not judged" in verdicts or ("policy" in verdicts and not versions)
        is_told = ended.status == 3 and shop in ended.output + told.output
        yield Row(
            "crawl", f"{name}: {verdicts}, {versions} versions", "not told" if missing and not is_told else ""
        )


def as_pdf(wayback: StandIn, url: str, pages: list[bytes]) -> None:
    """Serve the captures of an address as PDFs."""
    captures = list(zip(moments(pages), pages, strict=True))
    rows_ = [[*row(day, url, digest(body))] for day, body in captures]
    wayback.list_pages(url, rows_)
    for day, body in captures:
        wayback.replay(day, url, memento(day, body, content_type="application/pdf"))
