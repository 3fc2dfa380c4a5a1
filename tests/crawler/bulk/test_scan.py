from pathlib import Path

import pytest

from crawler.bulk.options import BulkOptions
from crawler.bulk.scan import Scanned, ScanTask, SiteCount, scan
from crawler.importing.warc_filter import WHOLE_SITE
from tests.support.warcs import HTML, record


def site(pages: range) -> bytes:
    return b"".join(record(HTML + b"<p>", f"http://shop.example/{page}") for page in pages)


@pytest.mark.parametrize(
    "more, expected", [(range(30, WHOLE_SITE), False), (range(30, WHOLE_SITE + 1), True), (range(30), False)]
)
def test_addresses_count_once_over_all_inputs(tmp_path: Path, more: range, expected: bool):
    tasks = []
    for number, content in enumerate((site(range(30)), site(more))):
        file = tmp_path / f"{number}.warc"
        file.write_bytes(content)
        tasks.append(ScanTask(str(tmp_path), "", f"scans/{number}.json", str(file), BulkOptions(8)))
    scans = [scan(task) for task in tasks]
    count = SiteCount()
    for scanned in scans:
        count.add(scanned)
    assert count.is_whole is expected
    for task in tasks:
        Path(task.source).unlink()
    assert [scan(task) for task in tasks] == scans


def test_a_large_site_is_not_counted_to_its_end(tmp_path: Path):
    file = tmp_path / "a.warc"
    file.write_bytes(site(range(2 * WHOLE_SITE)))
    (numbers,) = scan(ScanTask(str(tmp_path), "", "a.json", str(file), BulkOptions(8))).documents.values()
    assert len(numbers) == WHOLE_SITE + 1


def test_addresses_of_different_retailers_are_no_whole_site():
    count = SiteCount()
    for number in range(10):
        count.add(Scanned({f"{number}.example": list(range(WHOLE_SITE)), "a.example": [number % 5]}))
    assert not count.is_whole
    count.add(Scanned({"3.example": [WHOLE_SITE]}))
    count.add(Scanned({"b.example": [1]}))
    assert (count.is_whole, count._found) == (True, {})  # memory is free again
