"""Check that the body of a record is the one that was archived.

A record contradicts itself if its length is not that of its content, if a digest is not that of its bytes, or
if the answer of the server ends before its end. What only seems wrong is no fault: servers send a wrong
Content-Length with whole pages, and tools disagree about payloads.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from warcio.statusandheaders import StatusAndHeaders

from crawler.importing import warc_digests
from crawler.importing.warc_frames import Frame
from db.headers import values

# The last bytes of a document that is whole: its last tag, or the end of a PDF.
_END = re.compile(rb"(?:</html\s*>|</body\s*>|%%EOF)(?:\s|(?><!--.*?-->)|</?[a-z]++\s*+/?>)*+\Z", re.I | re.S)
_ENDS_WITHIN = 2_000  # bytes
# Answers without a body that state the length of another answer's: RFC 9110, section 8.6.
_WITHOUT_BODY = re.compile(r"[13]..|204|304")


@dataclass(frozen=True)
class Http:
    """An answer of a server: its head, its payload as it is in the record, and `raw`: without chunks.

    `lacks_chunks`: the payload ends before its last chunk. `problem`: why nothing is read; "" if it is.
    """

    head: StatusAndHeaders
    payload: bytes
    raw: bytes
    problem: str = ""
    lacks_chunks: bool = False


def problem_of(frame: Frame, http: Http, body: bytes | None) -> tuple[str, str]:
    """Return why the body of a record is not the archived one, and what else is odd; "" for nothing.

    `body` is the decoded body; None for a revisit. An oddity leaves the capture as it is.
    """
    if frame.length != "right" and not (frame.length == "doubtful" and _is_confirmed(frame, http)):
        return frame.wrong_length, ""
    if body is None or not frame.is_whole or frame.header("WARC-Segment-Number"):
        return "", ""
    block, payload = frame.header("WARC-Block-Digest"), frame.header("WARC-Payload-Digest")
    if warc_digests.contradicts(block, [frame.block]):
        return f"its bytes are not those of its block digest ({block[:100]})", ""
    if frame.header("WARC-Truncated"):  # of which body the digest is, nobody says
        return "", ""
    if warc_digests.contradicts(payload, _payloads(frame, http, body)):
        wrong = f"its body is not that of its payload digest ({payload[:100]})"
        return ("", wrong) if warc_digests.confirms(block, [frame.block]) else (wrong, "")
    return _cut_off(http), ""


def _payloads(frame: Frame, http: Http, body: bytes) -> Iterator[bytes]:
    """Return what tools take for the payload of a record."""
    yield http.payload
    yield http.raw
    yield body
    yield frame.block


def _is_confirmed(frame: Frame, http: Http) -> bool:
    """Return whether the content of a record shows that its stated length is right."""
    return (
        warc_digests.confirms(frame.header("WARC-Block-Digest"), [frame.block])
        or (
            frame.kind == "response"
            and warc_digests.confirms(frame.header("WARC-Payload-Digest"), [http.payload, http.raw])
        )
        or (frame.kind == "response" and _content_length(http) == len(http.payload))
    )


def _content_length(http: Http) -> int | None:
    """Return the length that the server stated; None where it stated none, or several."""
    headers = http.head.headers
    stated = {value.strip() for value in values(headers, "content-length")}
    number = stated.pop() if len(stated) == 1 else ""
    return int(number) if re.fullmatch(r"[0-9]{1,18}", number) else None


def _cut_off(http: Http) -> str:
    """Return how an answer ends before its end; "" where it does not, or where nobody can know.

    An encoded body is decoded, which shows its end. Some tools store it decoded, and leave the length of the
    encoded one. A page that ends as documents end is whole.
    """
    if values(http.head.headers, "content-encoding") or _END.search(http.raw[-_ENDS_WITHIN:]):
        return ""
    if values(http.head.headers, "transfer-encoding"):
        return "its body is cut off within its chunks" if http.lacks_chunks else ""
    stated = _content_length(http) or 0
    if len(http.payload) >= stated or _WITHOUT_BODY.fullmatch(http.head.get_statuscode()):
        return ""
    return f"its body is cut off: {len(http.payload)} of {stated} bytes"
