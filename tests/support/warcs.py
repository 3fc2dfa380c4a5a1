"""WARC files for tests, written by hand so that they can have any error."""

import base64
import gzip
import hashlib

HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


def record(
    http: bytes,
    uri: str = "http://shop.example/privacy",
    date: str = "2014-05-30T13:02:40Z",
    kind: str = "response",
    **more: str,
) -> bytes:
    """Return one record.

    `more` are further headers, with `_` for `-`.
    """
    headers = {
        "WARC-Type": kind,
        "WARC-Target-URI": uri,
        "WARC-Date": date,
        "WARC-Record-ID": f"<urn:uuid:{hashlib.sha1(uri.encode() + date.encode()).hexdigest()[:32]}>",
        "Content-Type": "application/http; msgtype=response",
    }
    headers |= {name.replace("_", "-"): value for name, value in more.items()} | {
        "Content-Length": str(len(http))
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return b"WARC/1.0\r\n" + head.encode() + b"\r\n" + http + b"\r\n\r\n"


def zipped(*records: bytes) -> bytes:
    """Return records as `.warc.gz`, one member each."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def digest(body: bytes) -> str:
    return base64.b32encode(hashlib.sha1(body).digest()).decode()
