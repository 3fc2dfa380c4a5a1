"""PDFs that are meant to hurt get a verdict, in bounded time and memory, and nothing in them runs."""

import random

import pytest

from extract import extract_policy
from tests.support import hostile_pdfs

SEED = 17
PDFS = hostile_pdfs.all_of(random.Random(SEED), 20)


@pytest.mark.fuzz
@pytest.mark.parametrize("body", [body for _name, body in PDFS], ids=[name for name, _body in PDFS])
def test_every_pdf_gets_a_verdict(body):
    found = extract_policy(body, url="http://shop.example/privacy.pdf")
    assert found.verdict in {"policy", "thin", "pdf", "other-page", "unreadable"}, found.reason
    assert "broke the extractor" not in found.reason


@pytest.mark.parametrize("body", [body for _name, body in hostile_pdfs.active()][:2])
def test_the_text_beside_a_script_is_read(body):
    found = extract_policy(body, url="http://shop.example/privacy.pdf")
    assert found.text.endswith("We collect your personal information.\n")
