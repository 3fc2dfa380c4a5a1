"""Records that state a wrong length: plain, compressed, ARC; too small, too large, no number."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.errors import WarcError
from crawler.importing import warc_frames, warc_reader
from tests.support.warcs import HTML, digest, record, zipped

URI = "http://shop.example/privacy"
BODY = b"<html>\n<p>We collect data.</p>\r\n\r\n<p>And cookies.</p>\n</html>"
FIRST, NEXT = (URI, "20140530130240"), (URI, "20150530130240")
Reader = Callable[[bytes], tuple[list[warc_reader.Record], list[str]]]


@pytest.fixture
def reading(tmp_path: Path) -> Reader:
    """Reads a file of these bytes: its captures and its faults. It does not end with an error."""

    def read(content: bytes) -> tuple[list[warc_reader.Record], list[str]]:
        path = tmp_path / "a.warc"
        path.write_bytes(content)
        entries = list(warc_reader.read_entries(path))
        return (
            [one for one in entries if isinstance(one, warc_reader.Record)],
            [one.line for one in entries if isinstance(one, warc_reader.Fault)],
        )

    return read


def stating(one: bytes, wrong: int | str) -> bytes:
    """A record that states another length: so many bytes more, or these signs."""
    head, _, rest = one.partition(b"\r\nContent-Length: ")
    length, _, rest = rest.partition(b"\r\n")
    stated = str(int(length) + wrong) if isinstance(wrong, int) else wrong
    return head + b"\r\nContent-Length: " + stated.encode() + b"\r\n" + rest


def one(body: bytes = BODY, date: str = "2014-05-30T13:02:40Z", head: bytes = HTML, **more: str) -> bytes:
    return record(head + body, date=date, **more)


AFTER = one(b"<p>two", "2015-05-30T13:02:40Z")
SIZE = len(HTML + BODY)
WRONG = [
    -SIZE,
    -len(BODY),
    -40,
    -30,
    -2,
    -1,
    1,
    2,
    3,
    4,
    5,
    6,
    12,
    13,
    14,
    100,
    len(AFTER),
    len(AFTER) + 3,
    10_000,
]


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize(
    "pack", [lambda *records: b"".join(records), zipped, lambda *r: gzip.compress(b"".join(r))]
)
def test_a_wrong_length_costs_one_capture_and_is_named(
    reading: Reader, wrong: int, pack: Callable[..., bytes]
) -> None:
    (first, second), faults = reading(pack(stating(one(), wrong), AFTER))
    problem = f"its record states a length of {SIZE + wrong} bytes, and has {SIZE}"
    assert (first.original, first.timestamp, first.body, first.problem) == (*FIRST, None, problem)
    assert (second.timestamp, second.body, second.problem) == ("20150530130240", b"<p>two", "")
    assert faults == [f"record 1 ({URI} 20140530130240): {problem}"]


@pytest.mark.parametrize(
    "wrong", [w for w in WRONG if w not in (6, 12, 13, 14, 100, len(AFTER), len(AFTER) + 3, 10_000)]
)
@pytest.mark.parametrize("pack", [lambda *records: b"".join(records), zipped])
def test_so_does_the_last_record(reading: Reader, wrong: int, pack: Callable[..., bytes]) -> None:
    (first, second), faults = reading(pack(AFTER, stating(one(date="2016-05-30T13:02:40Z"), wrong)))
    assert (first.problem, second.body) == ("", None)
    assert second.problem == f"its record states a length of {SIZE + wrong} bytes, and has {SIZE}"
    assert faults == [f"record 2 ({URI} 20160530130240): {second.problem}"]


@pytest.mark.parametrize("wrong", [6, 100, 10_000])
def test_a_length_beyond_the_end_of_the_file(reading: Reader, wrong: int) -> None:
    ((found,), faults) = reading(stating(one(), wrong))
    assert found.problem == f"its record states a length of {SIZE + wrong} bytes, and has {SIZE}"
    assert len(faults) == 1


@pytest.mark.parametrize("stated", ["", "x", "-5", "1e3", "٣", "12 bytes"])
def test_a_length_that_is_no_number(reading: Reader, stated: str) -> None:
    (first, second), faults = reading(stating(one(), stated) + AFTER)
    assert (first.body, second.body, len(faults)) == (None, b"<p>two", 1)
    assert first.problem.endswith(f"and has {SIZE}")


def test_every_record_of_a_file_that_counts_characters(reading: Reader) -> None:
    body = "<p>Döner für ünser Größe</p>".encode()
    records = [
        stating(one(body, f"20{year}-05-30T13:02:40Z"), len(body.decode()) - len(body))
        for year in range(10, 40)
    ]
    found, faults = reading(b"".join(records))
    assert [capture.timestamp[:4] for capture in found] == [f"20{year}" for year in range(10, 40)]
    assert all(capture.body is None for capture in found)
    assert len(faults) == 30


@pytest.mark.parametrize("wrong", [-7, 2, 9])
def test_revisits_and_records_that_are_no_captures(reading: Reader, wrong: int) -> None:
    revisit = record(
        HTML, date="2016-05-30T13:02:40Z", kind="revisit", WARC_Payload_Digest=f"sha1:{digest(BODY)}"
    )
    (first, again), faults = reading(
        stating(record(b"GET / HTTP/1.0\r\nHost: x\r\n\r\n", kind="request"), -7)
        + AFTER
        + stating(revisit, wrong)
    )
    assert (first.problem, again.body, again.digest) == ("", None, digest(BODY))
    assert again.problem == f"its record states a length of {len(HTML) + wrong} bytes, and has {len(HTML)}"
    assert [line.split(":")[0] for line in faults] == ["record 1 (request)", "record 3 (http"]


def test_the_digest_of_a_capture_without_its_body_is_the_stated_one_or_none(reading: Reader) -> None:
    stated = stating(one(WARC_Payload_Digest=f"sha1:{digest(BODY)}"), -3)
    assert [found.digest for found in reading(stated + stating(one(), -3))[0]] == [digest(BODY), "-"]


@pytest.mark.parametrize("separator", [b"\r\n\r\n\r\n\r\n", b"\n\n", b"\r\n", b"", b"\n", b"\r\n\r\n\r\n"])
def test_other_empty_lines_after_records_are_no_fault(reading: Reader, separator: bytes) -> None:
    records = [part.removesuffix(b"\r\n\r\n") + separator for part in (one(), AFTER)]
    found, faults = reading(b"".join(records))
    assert ([capture.body for capture in found], faults) == ([BODY, b"<p>two"], [])


@pytest.mark.parametrize("ending", [b"\r\n", b"\r\n\r\n"])
def test_a_digest_or_the_length_of_the_answer_confirms_a_length(reading: Reader, ending: bytes) -> None:
    """The body ends with empty lines, and the writer leaves out those after the record."""
    body = BODY + ending
    confirmed = [
        one(body, WARC_Payload_Digest=f"sha1:{digest(body)}"),
        one(body, WARC_Block_Digest=f"sha1:{digest(HTML + body)}"),
        one(body, head=b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)),
        one(body),
    ]
    short = [part.removesuffix(b"\r\n\r\n") + b"\r\n\r\n"[len(ending) :] for part in confirmed]
    found, faults = reading(b"".join(short))
    assert [capture.body for capture in found] == [body, body, body, None]
    assert len(faults) == 1


def test_bytes_between_records_are_named_and_the_records_are_read(reading: Reader) -> None:
    found, faults = reading(one() + b"junk\n" + AFTER)
    assert [capture.body for capture in found] == [BODY, b"<p>two"]
    assert faults == ["5 bytes after record 1 belong to no record"]


def test_a_page_about_warc_files_is_whole(reading: Reader) -> None:
    body = b"<pre>\r\n\r\nWARC/1.0\r\nWARC-Type: response\r\n\r\n</pre>"
    assert [capture.body for capture in reading(one(body) + AFTER)[0]] == [body, b"<p>two"]


def test_reading_again_is_bounded(reading: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc_frames, "MAX_AGAIN", 1000)
    with pytest.raises(WarcError, match=r"the lengths of its records are wrong; \d were read"):
        reading(stating(one(), 10_000) * 10)


def arc(body: bytes, date: str, wrong: int = 0, end: bytes = b"\n") -> bytes:
    block = HTML + body
    return f"{URI} 192.0.2.1 {date} text/html {len(block) + wrong}\n".encode() + block + end


ARC_HEAD = (
    b"filedesc://a.arc 0.0.0.0 19990530130240 text/plain 74\n1 0 Tool\n"
    b"URL IP-address Archive-date Content-type Archive-length\n\n"
)


@pytest.mark.parametrize("wrong", [-30, -5, -1, 1, 3, 60, 200])
@pytest.mark.parametrize("pack", [lambda *records: b"".join(records), zipped])
def test_an_arc_file(reading: Reader, wrong: int, pack: Callable[..., bytes]) -> None:
    first, last = arc(BODY, "19990530130240", wrong), arc(b"<p>two", "20000530130240")
    found, faults = reading(pack(ARC_HEAD, arc(b"<p>", "19980530130240"), first, last, last))
    assert [capture.body for capture in found] == [b"<p>", None, b"<p>two", b"<p>two"]
    assert faults == [
        f"record 3 ({URI} 19990530130240): its record states a length of {SIZE + wrong} bytes, and has {SIZE}"
    ]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\n\n"])
def test_an_arc_file_with_other_ends(reading: Reader, end: bytes) -> None:
    records = [arc(body, "19990530130240", end=end) for body in (BODY, BODY + b"\n", b"<p>")]
    assert [capture.body for capture in reading(ARC_HEAD + b"".join(records))[0]] == [
        BODY,
        BODY + b"\n",
        b"<p>",
    ]
