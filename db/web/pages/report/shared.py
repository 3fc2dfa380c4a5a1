"""Who shares this text: the shops with sentences of a shop's latest text, and who had them first."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlite_utils import Database

from db.errors import OverTimeError
from db.report.templates import shared
from db.report.templates.shared import LatestText
from db.store import retailers
from db.web.common.errors import BadQueryError
from db.web.common.form_values import domains, offered_retailers
from db.web.common.responses import Response
from db.web.common.views import PageRequest, view
from db.web.pages.report.page import MILLISECONDS


@view
async def page(request: PageRequest) -> Response:
    """Show `/{database}/-/shared?retailer=DOMAIN`; without a retailer, a form.

    The latest texts of all shops are read once for each state of the archive file. Raises
    BadQueryError for several retailers, UnknownRetailerError, and OverTimeError for archive files that are
    too large for a page.
    """
    written, found = request.query_value("retailer")[:300], None
    domain, *others = domains(written) or ("",)
    if others:
        raise BadQueryError("name one retailer")
    if domain:
        await request.read(partial(_check, domain))
        latest = await request.read_once("latest texts", _latest, MILLISECONDS)
        if not latest:
            raise OverTimeError("the texts take too much processor time")
        found = await request.read(lambda db: shared.sharing(db, domain, latest), MILLISECONDS)
    return await request.render(
        "shared.html",
        written=written,
        domain=domain,
        found=found,
        most=shared.MOST_SHOPS,
        offered=await request.read_once("offered retailers", offered_retailers),
    )


def _check(domain: str, db: Database) -> None:
    retailers.policy_of(db, domain)


def _latest(db: Database) -> list[LatestText]:
    """Return the latest texts; [] if reading them takes too long, which is kept too."""
    try:
        return shared.latest_texts(db)
    except OverTimeError:
        return []


ROUTES: list[tuple[str, Callable[..., Any]]] = [(r"/(?P<db>[^/]+)/-/shared$", page)]
