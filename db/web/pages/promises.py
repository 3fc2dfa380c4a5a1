"""The page about what a policy promises: each promise with the captures between which it came and went."""

from typing import NamedTuple

from sqlite_utils import Database

from db.citations import CaptureLink
from db.promises.of_policies import REBUILT, UNREAD, PromiseFilter, ledger, why_none
from db.promises.statement import KINDS, Promise
from db.store import retailers
from db.web.common.errors import BadQueryError
from db.web.common.responses import Response
from db.web.common.views import PageRequest, view
from db.web.pages.capture_links import capture_links

_STATES = {"": None, "standing": True, "ended": False}


class PromisesOfPolicy(NamedTuple):
    """The promises of a retailer's policy by kind, the captures that show them, and unread versions.

    `empty` says why there is none; "" if there are some.
    """

    domain: str
    name: str | None
    by_kind: dict[str, list[Promise]]
    evidence: dict[str, CaptureLink]
    unread: dict[str, tuple[int, ...]]
    empty: str


@view
async def promises(request: PageRequest) -> Response:
    """Show `/{database}/-/policies/{domain}/promises?kind=…&state=…`."""
    domain, kind, state = request.domain(), request.query_value("kind"), request.query_value("state")
    if kind not in ("", *KINDS):
        raise BadQueryError(f"kind must be one of {', '.join(KINDS)}")
    if state not in _STATES:
        raise BadQueryError("state must be standing or ended")
    wanted = PromiseFilter((kind,) if kind else (), _STATES[state])
    found = await request.read(lambda db: read_promises(db, domain, wanted))
    return await request.render(
        "promises.html",
        found=found,
        kinds=KINDS,
        kind=kind,
        state=state,
        rebuilt=[UNREAD[reason] for reason in REBUILT],
    )


def read_promises(db: Database, domain: str, wanted: PromiseFilter) -> PromisesOfPolicy:
    """Return what the page shows. Raises UnknownRetailerError."""
    policy_id = retailers.policy_of(db, domain)
    (name,) = db.execute("select name from retailers where domain = ?", [domain]).fetchone()
    found = ledger(db, policy_id)
    by_kind = {kind: [one for one in found.promises if one.last.kind == kind] for kind in KINDS}
    chosen = {kind: list(filter(wanted.takes, every)) for kind, every in by_kind.items()}
    shown = {kind: every for kind, every in chosen.items() if every}
    unread = {UNREAD[reason]: versions for reason, versions in found.unread.items()}
    return PromisesOfPolicy(
        domain, name, shown, capture_links(db, policy_id), unread, "" if shown else why_none(found)
    )
