"""Who is watched, and at which addresses: retailers, their policies, and the pages at which a policy is or was found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from db.errors import UnknownRetailerError
from db.idn import to_unicode
from db.urlkey import urlkey

# What a retailer's pages are: its privacy policy, which alone has a history; archived home pages, where links to it are looked
# for; addresses that are not, or not yet known to be, the policy's; the policies of other regions.
KINDS = ("privacy", "home", "candidate", "regional")
# Named by the user, by a list, by the index, or by a link or redirect; the first of two goes in a merge.
FOUND_BY = ("given", "list", "cdx", "link")
AGAIN = "to be looked at again"  # the finding of a candidate to which there is a new clue


@dataclass(frozen=True)
class Page:
    """One address of a policy; all its spellings with one urlkey are this page.

    A waypoint is a page to which only an archived redirect led: its index is not asked.
    """

    id: int
    policy_id: int
    url: str
    urlkey: str
    found_by: str
    waypoint: bool = False


PAGE = "g.id, g.policy_id, g.url, g.urlkey, g.found_by, g.waypoint"


def page_of(row: Sequence[Any]) -> Page:
    """Read the columns of PAGE (of `pages g`), with which a row begins."""
    id_, policy_id, url, key, found_by, waypoint = row[:6]
    return Page(id_, policy_id, url, key, found_by, bool(waypoint))


def add_policy(db: Database, domain: str, name: str | None = None, kind: str = "privacy") -> int:
    """Give the id of the retailer's policy, or of its pages of another kind (KINDS), made with the retailer where they are new.

    A name fills an empty one; a known name stays. To be called inside a transaction.
    """
    add_retailer(db, domain, name)
    db.execute("insert or ignore into policies (retailer, kind) values (?, ?)", [domain, kind])
    return int(
        db.execute("select id from policies where retailer = ? and kind = ?", [domain, kind]).fetchone()[0]
    )


def add_retailer(db: Database, domain: str, name: str | None) -> None:
    """Enter a retailer; a name fills an empty one. To be called inside a transaction."""
    db.execute("insert or ignore into retailers (domain, name) values (?, ?)", [domain, name])
    db.execute("update retailers set name = coalesce(name, ?) where domain = ?", [name, domain])


def add_page(db: Database, policy_id: int, url: str, found_by: str, *, waypoint: bool = False) -> Page:
    """Give the page of an address, made where it is new. The first address and `found_by` of a urlkey stay.

    `found_by` is one of FOUND_BY. What was a waypoint becomes a page when it is found otherwise; what was a candidate of the
    retailer, or a page of another region, becomes a page of the privacy policy.
    To be called inside a transaction.
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
    """Give the page of an address, None where the policy has none."""
    row = db.execute(
        f"select {PAGE} from pages g where policy_id = ? and urlkey = ?", [policy_id, urlkey(url)]
    ).fetchone()
    return page_of(row) if row else None


def find_anywhere(db: Database, domain: str, url: str) -> tuple[Page, str] | None:
    """Give the page of an address among a retailer's policy, regional ones and candidates, with its kind; None for none."""
    row = db.execute(
        f"""select {PAGE}, p.kind from pages g join policies p on p.id = g.policy_id
        where p.retailer = ? and g.urlkey = ? and p.kind != 'home' order by p.kind = 'privacy' desc, g.id limit 1""",
        [domain, urlkey(url)],
    ).fetchone()
    return (page_of(row), row[6]) if row else None


def has_page(db: Database, urlkey: str) -> bool:
    """Whether any retailer has a page of this urlkey."""
    return db.execute("select 1 from pages where urlkey = ?", [urlkey]).fetchone() is not None


def pages(db: Database, policy_id: int) -> list[Page]:
    """All pages of a policy, in the order in which they were found."""
    return [
        page_of(row)
        for row in db.execute(f"select {PAGE} from pages g where policy_id = ? order by id", [policy_id])
    ]


def open_candidates(db: Database, policy_id: int) -> list[Page]:
    """The pages of a policy that are to be looked at, or AGAIN, in the order in which they were found."""
    query = f"select {PAGE} from pages g where policy_id = ? and coalesce(finding, ?) = ? order by id"
    return [page_of(row) for row in db.execute(query, [policy_id, AGAIN, AGAIN])]


def finding(db: Database, page_id: int) -> str | None:
    """What was found out about a page; None before anybody has looked, AGAIN where a new clue asks for another look."""
    (found,) = db.execute("select finding from pages where id = ?", [page_id]).fetchone()
    return None if found is None else str(found)


def settle(db: Database, page_id: int, policy_id: int, relation: str | None, finding: str) -> None:
    """Move a page to the policy where it belongs, with the finding; it is a page of its own from now on.

    To be called inside a transaction.
    """
    db.execute(
        """update pages set waypoint = case policy_id when :policy then waypoint else 0 end, policy_id = :policy,
            relation = :relation, finding = :finding where id = :id""",
        {"policy": policy_id, "relation": relation, "finding": finding, "id": page_id},
    )


def become_page(db: Database, page_id: int) -> None:
    """Make a waypoint a page of its own, whose index is asked. To be called inside a transaction."""
    db.execute("update pages set waypoint = 0 where id = ?", [page_id])


def listing(db: Database, page_id: int) -> str | None:
    """How the last enumeration of a page ended; None before the first."""
    (ended,) = db.execute("select listing from pages where id = ?", [page_id]).fetchone()
    return None if ended is None else str(ended)


def listed_at(db: Database, page_id: int) -> str | None:
    """When the last enumeration of a page ended (ISO 8601); None before the first."""
    (at,) = db.execute("select listed_at from pages where id = ?", [page_id]).fetchone()
    return None if at is None else str(at)


def set_listing(db: Database, page_id: int, listing: str, at: str, reason: str | None = None) -> None:
    """Record how the enumeration of a page ended: complete, excluded, or failed with its reason.

    The reason of a complete one says how many rows of the index could not be read.
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
    """Give the id of a retailer's policy. Raises UnknownRetailerError, naming what the archive has in the like."""
    row = db.execute("select id from policies where retailer = ? and kind = 'privacy'", [domain]).fetchone()
    if row:
        return int(row[0])
    known = [
        held
        for (held,) in db.execute("select retailer from policies where kind = 'privacy' order by retailer")
    ]
    near = [
        held for held in known if domain.split(".", maxsplit=1)[0] in held or held.split(".")[0] in domain
    ]
    hint = (
        f"did you mean {', '.join(near[:3])}?"
        if near
        else f"it holds {len(known)} retailers: see 'policytrail status'"
    )
    raise UnknownRetailerError(f"the archive holds no retailer {to_unicode(domain)}; {hint}")


def policies(db: Database, domains: Sequence[str] = ()) -> list[tuple[int, str]]:
    """List (id of the privacy policy, retailer's domain) of the domains, or of all, by domain. Raises UnknownRetailerError."""
    if domains:
        return [(policy_of(db, domain), domain) for domain in domains]
    return [
        (int(i), d)
        for i, d in db.execute("select id, retailer from policies where kind = 'privacy' order by retailer")
    ]


def owners(db: Database, policy_ids: Iterable[int]) -> set[str]:
    """The retailers, by domain, whose policies, or whose pages of other kinds, these are."""
    wanted = set(policy_ids)
    return {
        str(domain)
        for policy_id, domain in db.execute("select id, retailer from policies")
        if policy_id in wanted
    }


def name_of(db: Database, domain: str) -> str | None:
    """The name of a retailer that the archive holds, where it is known."""
    (name,) = db.execute("select name from retailers where domain = ?", [domain]).fetchone()
    return None if name is None else str(name)


def has_pages(db: Database, domain: str) -> bool:
    """Whether the archive knows any address of a domain's privacy policy; False for a domain that it does not have."""
    query = "select 1 from policies p join pages g on g.policy_id = p.id where p.retailer = ? and p.kind = 'privacy' limit 1"
    return db.execute(query, [domain]).fetchone() is not None


def has_captures(db: Database, domain: str) -> bool:
    """Whether any capture of a retailer's pages, of whatever kind, is entered."""
    row = db.execute(
        """select 1 from policies p join pages g on g.policy_id = p.id join captures c on c.page_id = g.id
        where p.retailer = ? limit 1""",
        [domain],
    ).fetchone()
    return row is not None


def judged(db: Database) -> list[int]:
    """The ids of the policies whose captures are judged, of all kinds but home; the privacy policies first, by retailer."""
    rows = db.execute(
        "select id from policies where kind != 'home' order by kind != 'privacy', retailer, kind"
    )
    return [int(row[0]) for row in rows]
