"""Static sites: exporting one, checking its links, and a plain server for it."""

import functools
import http.server
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree, html

from db.database import open_archive
from db.export.evidence import Citations, ExportFilter, ExportResult, reading
from db.site import export
from db.site.served_pages import serving as serving_pages
from db.site.site import Site

_NOBODY = Citations(lambda capture: None, lambda domain, capture: "")
# Everything to which pages of the server link, and the site has no file for. A new link belongs into
# `db.site.addresses` or here.
WITHOUT_FILES = [
    r"/\w+",  # Datasette's page of the database
    r"/\w+/(timeline|change_log|gaps|capture_health|captures|lineage)(\?.*)?",  # its tables
    r"/\w+/-/report",  # `policytrail report` writes it as files
    r"/\w+/-/(trends|trends/findings|search|policies/[^/]+/compare)",  # what needs a question
    r"/\w+/-/changes\?retailer=.*&from=.*&to=.*",  # the changes of a cell of the panel
    r"/\w+/-/changes\?finding=.*&move=.*",  # the changes with such a finding
    r"/\w+/-/policies/[^/]+/[0-9]+\.md",
    r"/\w+/-/changes\.atom\?page=[0-9]+",
    r"/\w+/-/policies/[^/]+/changes\.atom\?page=[0-9]+",
    r"/web/[0-9]{14}id_/.*",  # a capture in the archive file
]
_LINKS = "//@href | //@src | //@action"


def write(archive: Path, out: Path, base_url: str = "") -> ExportResult:
    """Export the site of an archive."""
    db = open_archive(archive)
    with reading(db):
        result = export.export(db, out, ExportFilter(base_url=base_url), _NOBODY, lambda path: None)
    db.close()
    return result


def unknown(archive: Path) -> list[str]:
    """Return the links of the server that the site does not have, and that are not in WITHOUT_FILES."""
    db = open_archive(archive)
    with reading(db), serving_pages(db) as served:
        site = Site(served, db)
        for _ in site.files():
            pass
    db.close()
    return [
        address
        for address in sorted(site.left_out)
        if not any(re.fullmatch(pattern, address) for pattern in WITHOUT_FILES)
    ]


def files(root: Path) -> dict[str, bytes]:
    """Return path -> content of the files of a site, without the list of the export."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.startswith("policytrail.sha256")
    }


def links(root: Path) -> Iterator[tuple[str, str]]:
    """Yield each link of each page and feed, with the path of its file."""
    for path in sorted(root.rglob("*")):
        if path.suffix in (".html", ".atom"):
            parse = html.fromstring if path.suffix == ".html" else etree.fromstring
            for link in _found(parse(path.read_bytes()), _LINKS):
                yield str(path.relative_to(root)), link


def broken(root: Path) -> list[tuple[str, str]]:
    """Return the links of a site that lead nowhere: to no file, to no place in it, or out of the folder."""
    return [(file, link) for file, link in links(root) if not _leads_somewhere(root, file, link)]


def _leads_somewhere(root: Path, file: str, link: str) -> bool:
    parts = urlsplit(link)
    if parts.scheme in ("http", "https", "mailto"):
        return True
    target = root / file if not parts.path else (root / file).parent / unquote(parts.path)
    if parts.scheme or link.startswith("/") or not target.resolve().is_relative_to(root.resolve()):
        return False
    return target.is_file() and (not parts.fragment or parts.fragment in _places(target))


@functools.cache
def _places(path: Path) -> set[str]:
    return set(_found(html.fromstring(path.read_bytes()), "//@id"))


def _found(tree: etree._Element, xpath: str) -> list[str]:
    found = tree.xpath(xpath)
    assert isinstance(found, list)
    return [str(value) for value in found]


class _Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":  # browsers ask the host for it, and the site is only a part of it
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder as a plain web server does, and yield its address."""
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(_Files, directory=folder)
    ) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()
