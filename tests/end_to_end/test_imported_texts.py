"""Texts that were imported without their pages, and a crawl that fetches the pages later."""

from pathlib import Path

from extract import EXTRACTOR
from extract.provenance import provenance
from tests.support import archives
from tests.support.policies import policy
from tests.support.processes import RATES_OFF, policytrail
from tests.support.wayback.scenarios import write_retailers
from tests.support.wayback.standin import StandIn

URL = "http://www.shop.example/privacy"
OLD, NEW = "20120101000000", "20180101000000"


def test_a_crawl_puts_its_own_texts_in_the_place_of_imported_ones(tmp_path: Path):
    """The imported text of 2012 lacks the last paragraphs; the archive does not list that of 2010."""
    db, texts = tmp_path / "archive.db", tmp_path / "texts"
    texts.mkdir()
    for key, text in (
        (OLD, "We collect your name."),
        ("20100101000000", "We collect your telephone number."),
    ):
        line = provenance("shop.example", key, URL)
        (texts / f"{key}.md").write_text(
            f"{line}\n\n# Privacy Policy\n\n{text} It is kept for ten years in our books.\n"
        )
    assert policytrail("import", db, texts).out == (
        "2 captures read, 2 of them new, of 1 retailers\n"
        "2 new versions and 1 new change of wording, of 1 retailer:\n"
        "  shop.example: 1 change, the last between 2010-01-01 and 2012-01-01\n"
        f"See: policytrail news {db}\n"
    )
    assert archives.rows(db, "select count(*) from versions") == [(2,)]
    csv = write_retailers(tmp_path / "retailers.csv", "shop.example")
    with StandIn() as wayback:
        wayback.add_captures(
            URL,
            (OLD, policy("Revision one.", "shop.example")),
            (NEW, policy("Revision two.", "shop.example")),
        )
        crawl = ("crawl", db, "--retailers", csv, "--source", wayback.address, *RATES_OFF, "--jobs", 1)
        first = policytrail(*crawl)
        asked = {seen.path.split("/web/")[1][:14] for seen in wayback.asked("replay")}
        assert (first.status, first.err, asked) == (0, "", {OLD, NEW})
    assert archives.rows(
        db,
        "select c.timestamp, c.state, c.digest = '-', c.verdict, t.extractor"
        " from captures c join texts t on t.id = c.text_id order by 1",
    ) == [
        ("20100101000000", "listed", 1, "policy", "imported"),
        (OLD, "fetched", 0, "policy", EXTRACTOR),
        (NEW, "fetched", 0, "policy", EXTRACTOR),
    ]
    assert archives.rows(db, "select substr(first_seen, 1, 4), captures from versions order by 1") == [
        ("2010", 1),
        ("2012", 1),
        ("2018", 1),
    ]
