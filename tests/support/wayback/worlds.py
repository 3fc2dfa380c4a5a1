"""A small archive for repeated crawls: the same varied captures on every stand-in."""

from pathlib import Path

from db.store.sharing.same_digest import digest_of
from tests.support.policies import long_policy, policy
from tests.support.wayback.scenarios import write_retailers
from tests.support.wayback.standin import StandIn, html_page, memento, row

SHOPS = ("a.example", "b.example", "moved.example", "slow.example")
MONTHS = [f"{year}{month:02d}01000000" for year in (2001, 2002) for month in range(1, 13)]
AT, LATER = "20030101000000", "20030101020000"
# Requests for captures in an undisturbed crawl: 18 each for a and b, 5 for moved, 2 for slow.
REPLAYS = 43


def populate(wayback: StandIn) -> None:
    for domain in SHOPS[:2]:
        url = f"http://www.{domain}/privacy"
        captures = [
            (month, policy(f"Revision {number // 3}.", domain)) for number, month in enumerate(MONTHS)
        ]
        wayback.list_pages(url, [row(t, url, f"D{n}") for n, (t, _) in enumerate(captures[:12])], [])
        for number in range(12, 24):  # two captures of each body
            original = number // 2 * 2
            body = captures[original][1] + f"<!-- {original} -->".encode() * (number == original)
            captures[number] = captures[number][0], body
        wayback.listings[url].pages[1] = [row(t, url, digest_of(body)) for t, body in captures[12:]]
        for timestamp, body in captures:
            wayback.replay(timestamp, url, memento(timestamp, body))
    _populate_moved(wayback)
    url = f"http://www.{SHOPS[3]}/privacy"
    wayback.list_pages(url, [row(t, url, f"S{n}") for n, t in enumerate(MONTHS[:2])])
    for number, timestamp in enumerate(MONTHS[:2]):
        wayback.replay(timestamp, url, memento(timestamp, long_policy(f"Slow {number}.")))


def _populate_moved(wayback: StandIn) -> None:
    """Script redirects: to an unlisted page that was captured two hours later, and on to a third one."""
    old, new, third = (
        f"http://www.moved.example/{name}" for name in ("privacy", "legal", "policies/privacy")
    )
    wayback.list_pages(old, [row(MONTHS[0], old, "M0"), row(AT, old, "M1", status="301")])
    wayback.replay(MONTHS[0], old, memento(MONTHS[0], policy("Before the move.", "moved")))
    wayback.replay(AT, old, memento(AT, b"", 301, ("Location", f"{wayback.address}/web/{AT}id_/{new}")))
    wayback.replay(AT, new, html_page("found", 302, ("Location", f"{wayback.address}/web/{LATER}id_/{new}")))
    wayback.replay(
        LATER, new, memento(LATER, b"", 301, ("Location", f"{wayback.address}/web/{LATER}id_/{third}"))
    )
    wayback.replay(LATER, third, memento(LATER, policy("After the move.", "moved")))


def retailers(folder: Path) -> Path:
    return write_retailers(folder / "retailers.csv", *SHOPS)
