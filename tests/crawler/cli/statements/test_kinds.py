"""`policytrail kinds`: the kinds of statements, and the weights of findings."""

import json
import re

from db.findings.ranks import ranks
from extract import claims
from extract.claims.rules import rules
from tests.support.commands import Run
from tests.support.paths import ROOT

GUIDE = ROOT / "docs" / "meaning.md"


def test_every_kind_and_every_weight_is_explained(policytrail: Run) -> None:
    lines = policytrail("kinds").out.splitlines()
    assert "sale        selling, renting or trading personal data" in lines
    assert "     5  promise removed or reversed" in "\n".join(lines)
    weights = [line.split()[0] for line in lines if line[:6].strip().isdigit()]
    assert weights == [str(one.weight) for one in ranks()]
    found = json.loads(policytrail("kinds", "--json").out)
    assert [one["kind"] for one in found["kinds"]] == list(claims.covers())
    assert found["weights"][0] == {
        "weight": 5,
        "name": "promise removed or reversed",
        "reason": "People relied on what the text said that the shop does not do.",
        "quote": "before",
        "longer": None,
        "kinds": sorted(ranks()[0].kinds),
        "moves": ["changed", "removed"],
    }


def test_the_kinds_are_the_same_everywhere() -> None:
    """The kind `other` of the judged pairs is none of a rule: docs/meaning.md says so."""
    kinds = set(claims.kinds())
    assert set(claims.covers()) == kinds
    assert len(kinds) == 21
    assert set().union(*(one.kinds for one in ranks())) - {"*"} <= kinds
    assert {rule.kind for rule in rules("en").rules} | {"recipient"} == kinds
    table = GUIDE.read_text().split("| kind | what it is about |")[1].split("\n\n")[0]
    assert set(re.findall(r"`([a-z-]+)`", table)) == kinds
    assert "`other`" in GUIDE.read_text()
