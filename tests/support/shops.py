"""WARC files of a few fictional shops, with all kinds of records that an import takes, skips or refuses."""

import gzip
from pathlib import Path

from tests.support.commands import policy
from tests.support.warcs import HTML, digest, record, zipped

SHOPS = ("kettle.example", "lamps.example", "moss.example", "quilts.example", "rowboats.example")


def _body(http: bytes) -> bytes:
    return http.partition(b"\r\n\r\n")[2]


def _page(word: str, shop: str, date: str, path: str = "privacy") -> bytes:
    http = policy(word)
    return record(
        http,
        f"http://{shop}/{path}",
        f"{date}T00:00:00Z",
        WARC_Payload_Digest=f"sha1:{digest(_body(http))}",
    )


def _revisit(word: str, shop: str, date: str) -> bytes:
    """A capture whose body is that of another one with the same digest."""
    return record(
        HTML,
        f"http://{shop}/privacy",
        f"{date}T00:00:00Z",
        "revisit",
        WARC_Payload_Digest=f"sha1:{digest(_body(policy(word)))}",
    )


def write(folder: Path) -> list[Path]:
    """Write four WARC files into a folder, and return their paths in order.

    The body of a revisit is in another file, one capture is in two files, and a shop changes its address.
    The second file ends within a record. Images, a request and an address without a host are in them too.
    """
    first = [_page("name", shop, "2014-01-01") for shop in SHOPS]
    first += [
        record(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nPNG", "http://kettle.example/logo.png"),
        record(b"GET / HTTP/1.1\r\n\r\n", "http://kettle.example/", kind="request"),
        record(HTML + b"<p>", "http:///nowhere"),
        record(HTML + b"<p>soon", "http://moss.example/privacy", "2015-06-01T00:00:00Z"),
    ]
    second = [_page("address", shop, "2016-03-01") for shop in SHOPS[:3]]
    second.append(_page("name", SHOPS[0], "2014-01-01"))  # as in the first file
    cut = [*second, _page("number", SHOPS[4], "2016-04-01")[:-200]]
    third = [
        _revisit("name", SHOPS[3], "2017-01-01"),
        _page("address", SHOPS[3], "2018-01-01", "privacy-policy"),
    ]
    third.append(
        record(
            policy("number"),
            f"http://{SHOPS[1]}/privacy",
            "2018-05-25T00:00:00Z",
            WARC_Payload_Digest=f"sha1:{digest(b'another body')}",
        )
    )
    fourth = [
        _page(word, SHOPS[4], f"20{year}-01-01") for year, word in enumerate(("name", "address", "name"), 15)
    ]
    files = {
        "1.warc.gz": zipped(*first),
        "2.warc": b"".join(cut),
        "3.warc.gz": gzip.compress(b"".join(third), mtime=0),
        "4.warc.gz": zipped(*fourth),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]
