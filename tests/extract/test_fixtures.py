"""A folder for every construct of the format: page.html, and the whole document in expected.md."""

from pathlib import Path

import pytest

from extract import extract_policy

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize("folder", sorted(FIXTURES.iterdir()), ids=lambda folder: folder.name)
def test_page_gives_exactly_the_expected_document(folder):
    document = extract_policy(
        (folder / "page.html").read_bytes(),
        url="https://www.shop.example/privacy",
        timestamp="20050615120000",
    )
    assert document.markdown == (folder / "expected.md").read_text(encoding="utf-8")
