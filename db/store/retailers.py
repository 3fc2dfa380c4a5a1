"""Retailers, their policies, and the pages of each policy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from db.errors import UnknownRetailerError
from db.idn import to_unicode
from db.urlkey import urlkey

# Kinds of a retailer's policies: the privacy policy (only this one has versions); home pages, which are
# fetched for their links; addresses that are not accepted, or not yet; policies of other regions.
KINDS = ("privacy", "home", "candidate", "regional")
# How an address was found: by the user, in a list, in an index, or by a link or redirect. If two archive
# files differ, a merge keeps the one that is first here.
FOUND_BY = ("given", "list", "cdx", "link")
AGAIN = "to be looked at again"  # the finding of a candidate with new discovery evidence


@dataclass(frozen=True)
class Page:
    """One address of a policy. Spellings with the same urlkey are one page.

    `waypoint` marks a redirect-only page: its index is not requested. `found_by` is one of FOUND_BY.
    """

    id: int
    policy_id: int
    url: str
    urlkey: str
    found_by: str
    waypoint: bool = False


PAGE = "g.id, g.policy_id, g.url, g.urlkey, g.found_by, g.waypoint"


def page_of(row: Sequence[Any]) -> Page:
    """Return the page in a row that begins with the columns PAGE."""
    id_, policy_id, url, key, found_by, waypoint = row[:6]
    return Page(id_, policy_id, url, key, found_by, bool(waypoint))


def add_policy(db: Database, domain: str, name: str | None = None, kind: str = "privacy") -> int:
    """Return the id of a retailer's policy, and store it if it is new.

    The retailer is stored too. `kind` is one of KINDS. `name` is stored only if the retailer has none. Call
    it inside a transaction.
    """
    add_retailer(db, domain, name)
    db.execute("insert or ignore into policies (retailer, kind) values (?, ?)", [domain, kind])
    return int(
        db.execute("select id from policies where retailer = ? and kind = ?", [domain, kind]).fetchone()[0]
    )


def add_retailer(db: Database, domain: str, name: str | None) -> None:
    """Store a retailer if it is new. Call it inside a transaction.

    `name` is stored only if the retailer has none.
    """
    db.execute("insert or ignore into retailers (domain, name) values (?, ?)", [domain, name])
    db.execute("update retailers set name = coalesce(name, ?) where domain = ?", [name, domain])


def add_page(db: Database, policy_id: int, url: str, found_by: str, *, waypoint: bool = False) -> Page:
    """Return the page of an address, and store it if it is new.

    A known page keeps its address and `found_by` (one of FOUND_BY). A redirect-only page becomes a normal
    page if it is found in another way. A candidate of the retailer, or a page of another region, becomes a
    page of the privacy policy. Call it inside a transaction.
    """
    db.execute(
        """update pages set policy_id = :policy, relation = null, finding = null
        where urlkey = :urlkey and policy_id in (
            select other.id from policies other join policies p on p.retailer = other.retailer
            where p.id = :policy and p.kind = 'privacy' and other.kind in ('candidate', 'regional'))
        and not exists (select 1 from pages where policy_id = :policy and urlkey = :urlkey)""",
        {"policy": policy_id, "urlkey": urlkey(url)},
    )
    db.execute(
        """insert into pages (policy_id, url, urlkey, found_by, waypoint) values (?, ?, ?, ?, ?)
        on conflict (policy_id, urlkey) do update set found_by = excluded.found_by, waypoint = 0
        where pages.waypoint and not excluded.waypoint""",
        [policy_id, url, urlkey(url), found_by, waypoint],
    )
    page = find_page(db, policy_id, url)
    if page is None:
        raise LookupError(url)
    return page


def find_page(db: Database, policy_id: int, url: str) -> Page | None:
    """Return the page of an address, or None if the policy does not have it."""
    row = db.execute(
        f"select {PAGE} from pages g where policy_id = ? and urlkey = ?", [policy_id, urlkey(url)]
    ).fetchone()
    return page_of(row) if row else None


def find_anywhere(db: Database, domain: str, url: str) -> tuple[Page, str] | None:
    """Return the page of an address and its kind, or None.

    All policies of the retailer are searched, except home pages.
    """
    row = db.execute(
        f"""select {PAGE}, p.kind from pages g join policies p on p.id = g.policy_id
        where p.retailer = ? and g.urlkey = ? and p.kind != 'home'
        order by p.kind = 'privacy' desc, g.id limit 1""",
        [domain, urlkey(url)],
    ).fetchone()
    return (page_of(row), row[6]) if row else None


def has_page(db: Database, urlkey: str) -> bool:
    """Return whether any retailer has a page with this urlkey."""
    return db.execute("select 1 from pages where urlkey = ?", [urlkey]).fetchone() is not None


def pages(db: Database, policy_id: int) -> list[Page]:
    """Return all pages of a policy, the page that was found first is first."""
    return [
        page_of(row)
        for row in db.execute(f"select {PAGE} from pages g where policy_id = ? order by id", [policy_id])
    ]


def open_candidates(db: Database, policy_id: int) -> list[Page]:
    """Return the pages of a policy that must be judged.

    These pages have no finding, or the finding AGAIN. The page that was found first is first.
    """
    query = f"select {PAGE} from pages g where policy_id = ? and coalesce(finding, ?) = ? order by id"
    return [page_of(row) for row in db.execute(query, [policy_id, AGAIN, AGAIN])]


def finding(db: Database, page_id: int) -> str | None:
    """Return the finding about a page: one line about what discovery found out.

    Returns None before the page was judged, and AGAIN if there is new evidence.
    """
    (found,) = db.execute("select finding from pages where id = ?", [page_id]).fetchone()
    return None if found is None else str(found)


def settle(db: Database, page_id: int, policy_id: int, relation: str | None, finding: str) -> None:
    """Move a page to the policy that it belongs to, and store the finding.

    A page that moves is not redirect-only any more. Call it inside a transaction.
    """
    db.execute(
        """update pages set waypoint = case policy_id when :policy then waypoint else 0 end,
            policy_id = :policy, relation = :relation, finding = :finding where id = :id""",
        {"policy": policy_id, "relation": relation, "finding": finding, "id": page_id},
    )


def become_page(db: Database, page_id: int) -> None:
    """Make a redirect-only page a normal page, so that its index is requested.

    Call it inside a transaction.
    """
    db.execute("update pages set waypoint = 0 where id = ?", [page_id])


def listing(db: Database, page_id: int) -> str | None:
    """Return the result of the last listing of a page, or None.

    A listing reads all index rows of a page. The result is complete, excluded or failed.
    """
    (ended,) = db.execute("select listing from pages where id = ?", [page_id]).fetchone()
    return None if ended is None else str(ended)


def listed_at(db: Database, page_id: int) -> str | None:
    """Return when the last listing of a page ended (ISO 8601), or None."""
    (at,) = db.execute("select listed_at from pages where id = ?", [page_id]).fetchone()
    return None if at is None else str(at)


def to_probe(db: Database, troubled: Iterable[int]) -> Page | None:
    """Return a page about which the answer of an index says whether the index serves; None without one.

    It is the page that was listed last. If none was listed completely, it is one of those that were never
    listed and are not `troubled` (page ids), chosen by chance: a page that always fails is not chosen again
    and again.
    """
    pages = ",".join(str(int(page_id)) for page_id in troubled)
    listed = f"select {PAGE} from pages g where listing = 'complete' order by listed_at desc, id limit 1"
    other = f"""select {PAGE} from pages g where listing is null and not waypoint and id not in ({pages})
        order by random() limit 1"""
    for query in (listed, other):
        if row := db.execute(query).fetchone():
            return page_of(row)
    return None


def set_listing(db: Database, page_id: int, listing: str, at: str, reason: str | None = None) -> None:
    """Store the result of a listing: complete, excluded, or failed with its reason.

    The reason of a complete listing says how many rows of the index could not be read.
    """
    db.execute(
        "update pages set listing = ?, listing_reason = ?, listed_at = ? where id = ?",
        [listing, reason, at, page_id],
    )


def listing_reason(db: Database, page_id: int) -> str | None:
    """Return the reason that is stored with a page's last listing."""
    (reason,) = db.execute("select listing_reason from pages where id = ?", [page_id]).fetchone()
    return None if reason is None else str(reason)


def policy_of(db: Database, domain: str) -> int:
    """Return the id of a retailer's privacy policy. Raises UnknownRetailerError."""
    row = db.execute("select id from policies where retailer = ? and kind = 'privacy'", [domain]).fetchone()
    if row:
        return int(row[0])
    raise unknown(db, domain)


def unknown(db: Database, domain: str) -> UnknownRetailerError:
    """Return the error for a domain, or part of one, that the archive lacks; it suggests similar domains."""
    known = [name for _, name in policies(db)]
    first = domain.split(".", maxsplit=1)[0]
    near = tuple(name for name in known if first in name or name.split(".")[0] in domain)[:3]
    hint = f"did you mean {', '.join(near)}?"
    if not near:
        hint = f"it has {len(known)} retailers: see 'policytrail status'"
    return UnknownRetailerError(f"the archive has no retailer {to_unicode(domain)}; {hint}", near)


def domain_of(db: Database, policy_id: int) -> str:
    """Return the domain of the retailer that has a policy."""
    (retailer,) = db.execute("select retailer from policies where id = ?", [policy_id]).fetchone()
    return str(retailer)


def policies(db: Database, domains: Sequence[str] = ()) -> list[tuple[int, str]]:
    """Return the privacy policies of these retailers, or of all, as (policy id, domain).

    Without `domains` they are in alphabetical order. Raises UnknownRetailerError.
    """
    if domains:
        return [(policy_of(db, domain), domain) for domain in domains]
    return [
        (int(i), d)
        for i, d in db.execute("select id, retailer from policies where kind = 'privacy' order by retailer")
    ]


def without_version(db: Database) -> list[str]:
    """Return the domains of the retailers whose privacy policy has no version, in alphabetical order."""
    rows = db.execute(
        """select retailer from policies p where kind = 'privacy'
        and not exists (select 1 from versions v where v.policy_id = p.id) order by retailer"""
    )
    return [str(domain) for (domain,) in rows]


def owners(db: Database, policy_ids: Iterable[int]) -> set[str]:
    """Return the domains of the retailers that have these policies (ids of any kind)."""
    wanted = set(policy_ids)
    return {
        str(domain)
        for policy_id, domain in db.execute("select id, retailer from policies")
        if policy_id in wanted
    }


def name_of(db: Database, domain: str) -> str | None:
    """Return the name of a stored retailer, or None if it has no name."""
    (name,) = db.execute("select name from retailers where domain = ?", [domain]).fetchone()
    return None if name is None else str(name)


def is_known(db: Database, domain: str) -> bool:
    """Return whether a retailer is stored."""
    return db.execute("select 1 from retailers where domain = ?", [domain]).fetchone() is not None


def has_pages(db: Database, domain: str) -> bool:
    """Return whether a domain has any page of its privacy policy. False for an unknown domain."""
    query = """select 1 from policies p join pages g on g.policy_id = p.id
        where p.retailer = ? and p.kind = 'privacy' limit 1"""
    return db.execute(query, [domain]).fetchone() is not None


def has_captures(db: Database, domain: str) -> bool:
    """Return whether any page of a retailer has a capture."""
    row = db.execute(
        """select 1 from policies p join pages g on g.policy_id = p.id join captures c on c.page_id = g.id
        where p.retailer = ? limit 1""",
        [domain],
    ).fetchone()
    return row is not None


def judged(db: Database) -> list[int]:
    """Return the ids of all policies except home pages: privacy policies first, then by retailer."""
    rows = db.execute(
        "select id from policies where kind != 'home' order by kind != 'privacy', retailer, kind"
    )
    return [int(row[0]) for row in rows]
