"""An object store (moto's server, with S3's own interface) and a web server with ranges, on the loopback."""

import http.server
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

import pytest
import s3fs
from moto.server import ThreadedMotoServer

BUCKET = "policies"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
NONE: Mapping[str, int] = MappingProxyType({})


@contextmanager
def object_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run an empty S3 bucket, and yield its address. s3fs finds it by the environment."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    try:
        s3fs.S3FileSystem.clear_instance_cache()
        fs = s3fs.S3FileSystem(use_listings_cache=False)
        fs.mkdir(BUCKET)
        yield f"s3://{BUCKET}"
        fs.rm(BUCKET, recursive=True)  # the next server of this process has the same buckets
        s3fs.S3FileSystem.clear_instance_cache()
    finally:
        server.stop()


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, also by ranges; refuses each path as often as `refusals` says."""

    refusals: ClassVar[Counter[str]] = Counter()
    status: ClassVar[int] = 503
    knows_ranges: ClassVar[bool] = True
    most: ClassVar[int] = 1 << 30
    headers_sent: ClassVar[Mapping[str, str]] = NO_HEADERS
    asked: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        wanted = self.knows_ranges and re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        self.asked.append((name, self.headers.get("Range", "")))
        place = Path(self.translate_path(self.path))
        if self.refusals[name] > 0:
            self.refusals[name] -= 1
            self.send_error(self.status)
        elif not place.is_file():
            self.send_error(404)
        else:
            content = place.read_bytes()
            first, last = 0, len(content) - 1
            if wanted:
                first = int(wanted[1])
                last = min(int(wanted[2] or last), last, first + self.most - 1)
            if last < first and wanted:
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206 if wanted else 200)
            self.send_header("Accept-Ranges", "bytes")
            for header, value in self.headers_sent.items():
                self.send_header(header, value)
            if wanted:
                self.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
            self.send_header("Content-Length", str(last + 1 - first))
            self.end_headers()
            self.wfile.write(content[first : last + 1])

    def do_HEAD(self) -> None:
        name = f"HEAD {self.path.rpartition('/')[2]}"
        if self.refusals[name] > 0:
            self.refusals[name] -= 1
            self.send_error(self.status)
        else:
            super().do_HEAD()

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


@contextmanager
def web_server(
    folder: Path,
    status: int = 503,
    refusals: Mapping[str, int] = NONE,
    *,
    knows_ranges: bool = True,
    most: int = 1 << 30,
    headers_sent: Mapping[str, str] = NO_HEADERS,
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Serve a folder, and yield its address and the list of (file name, range) that were asked for.

    The first requests for a file named in `refusals` are answered with `status`, and so are
    the first questions about it (`HEAD a.warc`). Without `knows_ranges`, whole files are sent. Of a range,
    `most` bytes are sent at most. `headers_sent` are sent with each file.
    """
    asked: list[tuple[str, str]] = []
    handler = type(
        "Handler",
        (_Handler,),
        {
            "refusals": refusals if isinstance(refusals, Counter) else Counter(refusals),
            "status": status,
            "asked": asked,
            "knows_ranges": knows_ranges,
            "most": most,
            "headers_sent": headers_sent,
        },
    )
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), lambda *arguments: handler(*arguments, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
