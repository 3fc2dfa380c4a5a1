"""Bodies that contradict the digest of their record, or the length that the server stated."""

import base64
import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.importing import warc_digests, warc_reader
from tests.support.warcs import HTML, digest, record

URI = "http://shop.example/privacy"
BODY = b"<html><p>We never sell your data.</p></html>"
OTHER = BODY.replace(b"never", b"often")
Reader = Callable[[bytes], tuple[warc_reader.Record, list[str]]]


@pytest.fixture
def reading(tmp_path: Path) -> Reader:
    """Reads a file of one record: its capture and its faults."""

    def read(content: bytes) -> tuple[warc_reader.Record, list[str]]:
        path = tmp_path / "a.warc"
        path.write_bytes(content)
        entries = list(warc_reader.read_entries(path))
        (found,) = [one for one in entries if isinstance(one, warc_reader.Record)]
        return found, [one.line for one in entries if isinstance(one, warc_reader.Fault)]

    return read


def forms(name: str, content: bytes) -> list[str]:
    """The digest of a content in all encodings."""
    of = hashlib.new(name, content).digest()
    values = [base64.b32encode(of), base64.b64encode(of), base64.urlsafe_b64encode(of), of.hex().encode()]
    values += [value.rstrip(b"=") for value in values] + [values[0].lower(), of.hex().upper().encode()]
    return [value.decode() for value in values]


@pytest.mark.parametrize("name", ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"])
def test_digests_of_all_algorithms_in_all_encodings(name: str) -> None:
    spelled = [name, name.upper(), f"sha-{name[3:]}" if name != "md5" else "MD-5", ""]
    for prefix in spelled:
        for right, wrong in zip(forms(name, BODY), forms(name, OTHER), strict=True):
            assert warc_digests.confirms(f"{prefix}:{right}", [BODY])
            assert warc_digests.confirms(f" {prefix}: {right} ", [OTHER, BODY])
            assert warc_digests.contradicts(f"{prefix}:{wrong}", [BODY])
    assert warc_digests.contradicts(forms(name, OTHER)[0], [BODY])


@pytest.mark.parametrize(
    "stated", ["", ":", "-", "sha1:", "sha1:abc", "crc32:12345678", "xxh:" + "a" * 40, "é", "sha1:" + "é" * 9]
)
def test_a_digest_that_cannot_be_compared_contradicts_nothing(stated: str) -> None:
    assert not warc_digests.contradicts(stated, [BODY])
    assert not warc_digests.confirms(stated, [BODY])


@pytest.mark.parametrize("field", ["WARC_Payload_Digest", "WARC_Block_Digest"])
@pytest.mark.parametrize("name", ["md5", "sha1", "sha256"])
def test_a_body_that_contradicts_its_digest_is_no_capture_and_is_named(
    reading: Reader, field: str, name: str
) -> None:
    archived = BODY if field == "WARC_Payload_Digest" else HTML + BODY
    for form in forms(name, archived):
        found, faults = reading(record(HTML + BODY, **{field: f"{name}:{form}"}))
        assert (found.body, found.problem, faults) == (BODY, "", [])
        found, faults = reading(record(HTML + OTHER, **{field: f"{name}:{form}"}))
        what = "body is not that of its payload" if "Payload" in field else "bytes are not those of its block"
        assert (found.body, found.problem) == (None, f"its {what} digest ({name}:{form})")
        assert faults == [f"record 1 ({URI} 20140530130240): {found.problem}"]


def test_a_payload_digest_of_another_kind_is_named_and_the_body_taken_if_the_block_is_as_it_was(
    reading: Reader,
) -> None:
    more = {
        "WARC_Payload_Digest": f"sha1:{digest(OTHER)}",
        "WARC_Block_Digest": f"sha1:{digest(HTML + BODY)}",
    }
    found, faults = reading(record(HTML + BODY, **more))
    assert (found.body, found.problem, found.digest) == (BODY, "", digest(OTHER))
    assert faults == [
        f"record 1 ({URI} 20140530130240): its body is not that of its payload digest (sha1:{digest(OTHER)})"
    ]


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
ZIPPED = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"


@pytest.mark.parametrize(
    ("http", "payloads"),
    [
        (HTML + BODY, [BODY, HTML + BODY]),
        (CHUNKED + CHUNKS, [CHUNKS, BODY]),
        (ZIPPED + gzip.compress(BODY, mtime=0), [gzip.compress(BODY, mtime=0), BODY]),
        (b"no head at all", [b"no head at all"]),
    ],
)
def test_every_form_of_a_payload_that_tools_take_is_right(
    reading: Reader, http: bytes, payloads: list[bytes]
) -> None:
    for payload in payloads:
        found, faults = reading(record(http, WARC_Payload_Digest=f"sha1:{digest(payload)}"))
        assert (found.problem, faults) == ("", [])
    assert reading(record(http, WARC_Payload_Digest=f"sha1:{digest(b'x')}"))[1]


def test_a_revisit_has_the_digest_of_another_record(reading: Reader) -> None:
    stated = {"WARC_Payload_Digest": f"sha1:{digest(BODY)}", "WARC_Block_Digest": f"sha1:{digest(BODY)}"}
    assert reading(record(HTML, kind="revisit", **stated))[1] == []


def answer(body: bytes, length: int, more: str = "", status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{more}\r\n".encode() + body


PART = b"<html><p>We never"


@pytest.mark.parametrize(
    ("http", "problem"),
    [
        (answer(PART, 100), "its body is cut off: 17 of 100 bytes"),
        (answer(b"", 100), "its body is cut off: 0 of 100 bytes"),
        (answer(b"%PDF-1.4 xyz", 100), "its body is cut off: 12 of 100 bytes"),
        (answer(PART, 17), ""),
        (answer(PART, 9), ""),  # the server's number is wrong, and the page is there
        (answer(BODY, 100), ""),  # the same: the page ends as pages do
        (answer(BODY + b"\n<!-- cached -->\n", 1000), ""),
        (answer(b"%PDF-1.4 xyz %%EOF\n", 100), ""),
        (answer(b"", 100, status="301 Moved"), ""),
        (answer(b"", 100, status="304 Not Modified"), ""),
        (answer(PART, 100, "Content-Length: 17\r\n"), ""),
        # Stored decoded: the length is that of the encoded body.
        (answer(PART, 100, "Content-Encoding: gzip\r\n"), ""),
        (answer(CHUNKS, 9000, "Transfer-Encoding: chunked\r\n"), ""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n" + PART, ""),
        (CHUNKED + b"64\r\n" + PART, "its body is cut off within its chunks"),
        (CHUNKED + b"11\r\n" + PART + b"\r\n", "its body is cut off within its chunks"),
        (CHUNKED + b"11\r\n" + PART + b"\r\n0\r\n\r\n", ""),
        (CHUNKED + b"64\r\n" + BODY, ""),
        (CHUNKED + PART, ""),
        (CHUNKED, ""),
    ],
)  # fmt: skip
def test_an_answer_that_ends_before_its_end(reading: Reader, http: bytes, problem: str) -> None:
    found, faults = reading(record(http))
    assert (found.problem, [line.partition("): ")[2] for line in faults]) == (
        problem,
        [problem] if problem else [],
    )


def test_an_answer_that_its_archiver_cut_off_is_no_fault_of_the_file(reading: Reader) -> None:
    found, faults = reading(
        record(answer(PART, 100), WARC_Truncated="time", WARC_Payload_Digest=f"sha1:{digest(BODY)}")
    )
    assert (found.problem, faults) == ("it was cut off when it was archived (time)", [])
