"""Replay: sending a capture as the Wayback Machine does (docs/wayback.md, "Replay headers")."""

import re
import sqlite3
from typing import Any, NamedTuple

from sqlite_utils import Database

from db.errors import DamagedBodyError, MissingBodyError
from db.headers import header, without
from db.store.bodies import Bodies
from db.times import moment
from db.web.common.archives import AttachedArchive
from db.web.common.responses import Response, html
from db.web.common.urls import memento_path, redirect_target
from db.web.wayback.mementos import Memento, Neighbours, memento_at, nearest, neighbours, pad
from db.web.wayback.timemap import Links, http_date

_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
# uvicorn can only send these statuses. A higher one, such as 999, is sent as 500.
_SENDABLE = range(200, 600)


class MementoWithBody(NamedTuple):
    """A capture, its neighbours and its body. The body is None if it is damaged."""

    memento: Memento
    around: Neighbours
    body: bytes | None


async def replay(
    archive: AttachedArchive, links: Links, *, urlkey: str, url: str, timestamp: str, modifier: str
) -> Response:
    """Send the capture of exactly this second, or a redirect to the nearest one.

    The page must have at least one capture. With every modifier, the bytes are the same as with `id_`:
    nothing is rewritten, and no toolbar is added. For a body that cannot be read, the status is 500, with the
    header `X-Archive-Wayback-Runtime-Error`.
    """
    found = await archive.read(lambda connection: _find(connection, urlkey, timestamp, url))
    if found is None:
        return await _to_nearest(archive, links.datasette, urlkey, url, timestamp, modifier)
    if found.body is None:
        error = (
            "X-Archive-Wayback-Runtime-Error",
            "ResourceNotAvailableException: the stored body is damaged",
        )
        return html("The capture cannot be read: its stored body is damaged.", 500, [error])
    status = found.memento.capture.status or 200
    if status not in _SENDABLE:
        status = 500 if status > max(_SENDABLE) else 200
    return Response(status, _headers(found, links, modifier), found.body)


def _find(connection: sqlite3.Connection, urlkey: str, timestamp: str, asked: str) -> MementoWithBody | None:
    memento = memento_at(connection, urlkey, timestamp, asked)
    if memento is None:
        return None
    try:
        body = Bodies(Database(connection, recursive_triggers=False, execute_plugins=False)).get(
            memento.body_id
        )
    except (MissingBodyError, DamagedBodyError):
        body = None
    return MementoWithBody(memento, neighbours(connection, urlkey, timestamp), body)


async def _to_nearest(
    archive: AttachedArchive, datasette: Any, urlkey: str, url: str, timestamp: str, modifier: str
) -> Response:
    capture = await archive.read(lambda connection: nearest(connection, urlkey, pad(timestamp), url))
    if capture is None:  # the last capture was deleted after the archive file was chosen
        return html("The Wayback Machine has not archived that URL.", 404)
    return Response(
        302,
        [
            ("location", memento_path(datasette, capture.timestamp, modifier, capture.original)),
            ("x-archive-redirect-reason", f"found capture at {capture.timestamp}"),
            ("content-type", "text/plain; charset=utf-8"),
        ],
    )


def _headers(found: MementoWithBody, links: Links, modifier: str) -> list[tuple[str, str]]:
    """Return the headers of a replayed capture.

    A captured header gets `x-archive-orig-` before its name, so that it has no effect on this server.
    Content-Type stays, and Location leads to a capture on this server. Without a valid moment,
    `Memento-Datetime` is left out.
    """
    memento, around, _ = found
    capture = memento.capture
    captured = memento.headers or []
    headers = []
    when = moment(capture.timestamp)
    if when is not None:
        headers.append(("memento-datetime", http_date(when)))
    headers.append(("link", links.header(capture.original, around, capture)))
    headers.append(("x-archive-src", memento.archive))
    headers.append(("x-ts", str(capture.status or 200)))
    content_type = header(captured, "content-type")
    if (
        memento.headers is None
        and _MEDIA_TYPE.fullmatch(capture.mimetype or "")
        and capture.mimetype != "warc/revisit"
    ):
        content_type = capture.mimetype
    if content_type:
        headers.append(("content-type", content_type))
    location = header(captured, "location")
    if location:
        target = redirect_target(location, capture.original)
        headers.append(("location", memento_path(links.datasette, capture.timestamp, modifier, target)))
    passed = ("content-type", "location", "content-encoding", "transfer-encoding")
    headers += [(f"x-archive-orig-{name}", value) for name, value in without(captured, passed) if name]
    return headers
