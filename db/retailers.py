"""Who is watched, and at which addresses: retailers, their policies, and the pages at which a policy is or was found."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from db.errors import UnknownRetailerError
from db.urlkey import urlkey


@dataclass(frozen=True)
class Page:
    """One address of a policy; all its spellings with one urlkey are this page."""

    id: int
    policy_id: int
    url: str
    urlkey: str
    found_by: str


_PAGE = "id, policy_id, url, urlkey, found_by"


def add_policy(db: Database, domain: str, name: str | None = None) -> int:
    """Give the id of the retailer's privacy policy, made with the retailer where they are new.

    A name fills an empty one; a known name stays. To be called inside a transaction.
    """
    db.execute("insert or ignore into retailers (domain, name) values (?, ?)", [domain, name])
    if name:
        db.execute("update retailers set name = ? where domain = ? and name is null", [name, domain])
    db.execute("insert or ignore into policies (retailer) values (?)", [domain])
    return int(db.execute("select id from policies where retailer = ? and kind = 'privacy'", [domain]).fetchone()[0])


def add_page(db: Database, policy_id: int, url: str, found_by: str) -> Page:
    """Give the page of an address, made where it is new. The first address and `found_by` of a urlkey stay.

    `found_by`: given (by the user), list (the built-in one), cdx, link; a page once found by a link can be given later.
    To be called inside a transaction.
    """
    db.execute(
        """insert into pages (policy_id, url, urlkey, found_by) values (?, ?, ?, ?)
        on conflict (policy_id, urlkey) do update set found_by = excluded.found_by
        where pages.found_by = 'link' and excluded.found_by != 'link'""",
        [policy_id, url, urlkey(url), found_by],
    )
    page = find_page(db, policy_id, url)
    if page is None:
        raise LookupError(url)
    return page


def find_page(db: Database, policy_id: int, url: str) -> Page | None:
    """Give the page of an address, None where the policy has none."""
    row = db.execute(f"select {_PAGE} from pages where policy_id = ? and urlkey = ?", [policy_id, urlkey(url)]).fetchone()
    return Page(*row) if row else None


def has_page(db: Database, urlkey: str) -> bool:
    """Whether any retailer has a page of this urlkey."""
    return db.execute("select 1 from pages where urlkey = ?", [urlkey]).fetchone() is not None


def pages(db: Database, policy_id: int) -> list[Page]:
    """All pages of a policy, in the order in which they were found."""
    return [Page(*row) for row in db.execute(f"select {_PAGE} from pages where policy_id = ? order by id", [policy_id])]


def listing(db: Database, page_id: int) -> str | None:
    """How the last enumeration of a page ended; None before the first."""
    (ended,) = db.execute("select listing from pages where id = ?", [page_id]).fetchone()
    return None if ended is None else str(ended)


def listed_at(db: Database, page_id: int) -> str | None:
    """When the last enumeration of a page ended (ISO 8601); None before the first."""
    (at,) = db.execute("select listed_at from pages where id = ?", [page_id]).fetchone()
    return None if at is None else str(at)


def set_listing(db: Database, page_id: int, listing: str, at: str, reason: str | None = None) -> None:
    """Record how the enumeration of a page ended: complete, excluded, or failed with its reason."""
    db.execute("update pages set listing = ?, listing_reason = ?, listed_at = ? where id = ?", [listing, reason, at, page_id])


def policy_of(db: Database, domain: str) -> int:
    """Give the id of a retailer's policy. Raises UnknownRetailerError, naming what the archive has in the like."""
    row = db.execute("select id from policies where retailer = ? and kind = 'privacy'", [domain]).fetchone()
    if row:
        return int(row[0])
    known = [held for (held,) in db.execute("select retailer from policies order by retailer")]
    near = [held for held in known if domain.split(".", maxsplit=1)[0] in held or held.split(".")[0] in domain]
    hint = f"did you mean {', '.join(near[:3])}?" if near else f"it holds {len(known)} retailers: see 'policytrail status'"
    raise UnknownRetailerError(f"the archive holds no retailer {domain}; {hint}")


def policies(db: Database, domains: Sequence[str] = ()) -> list[tuple[int, str]]:
    """List (policy id, retailer's domain) of the domains, or of all, by domain. Raises UnknownRetailerError."""
    if domains:
        return [(policy_of(db, domain), domain) for domain in domains]
    return [(int(i), d) for i, d in db.execute("select id, retailer from policies order by retailer")]
