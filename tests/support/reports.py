"""An archive with planted truth for the report: shops whose captures, words and terms are known."""

import random

from sqlite_utils import Database

from tests.support.shop import Shop

PLAIN = (
    "We collect personal information from our customers.", "You can ask us for access to your data.",
    "Our privacy policy is on the web.", "We may share data with third party companies.",
    "The purposes of processing may not use it.", "We ask for your consent.",
)  # fmt: skip
TERMS = (
    "We use the general data protection regulation.", "GDPR is in it.", "It is in our legitimate interests.",
    "You can ask the supervisory authority for erasure.", "The controllers and recipients can object.",
    "We use cookies and web beacons.", "We use flash cookies on your device.", "We use browser"
    " fingerprinting.",
    "We use Google and [Facebook](https://www.facebook.com/policy).", "We share it with *Amazon*.",
    "You can ask [us](https://t.co/x) by Twitter.", "The [data](https://ads.doubleclick.net/) is"
    " identifiable.",
    "The Better Business Bureau is with us.", "We use the Digital Advertising Alliance.", "The DAA is third.",
    "The European Interactive Digital Advertising Alliance is in it.", "The Network Advertising Initiative"
    " may ask.",
    "You can ask for rectification by [it](https://www.bbb.org/us).",
)  # fmt: skip


def a_text(rng: random.Random) -> str:
    """Return a policy with some of the terms, as a heading, paragraphs and a list."""
    chosen = rng.sample(TERMS, rng.randrange(3, 9))
    plain = rng.choices(PLAIN, k=rng.randrange(2, 22))
    paragraphs = [" ".join(plain[at : at + 4]) for at in range(0, len(plain), 4)]
    return "\n\n".join(["# Our privacy policy", *paragraphs, "\n".join(f"- {term}" for term in chosen)])


def plant(db: Database, shops: int = 8, seed: int = 21) -> None:
    """Fill an archive with shops whose policies change at random moments of 2015 to 2019."""
    rng = random.Random(seed)
    for number in range(shops):
        shop, text = Shop(db, f"shop{number}.example"), a_text(rng)
        month = rng.randrange(0, 12)
        while month < 60:
            moment = f"{2015 + month // 12}{month % 12 + 1:02}{rng.randrange(1, 29):02}120000"
            if rng.random() < 0.3:
                text = a_text(rng)
            elif rng.random() < 0.2:
                text = (
                    text.replace("We ask", "*We* ask") if "*We*" not in text else text.replace("*We*", "We")
                )
            shop.observe(moment, text)
            month += rng.choice((1, 2, 3, 5, 5, 9, 14))
        shop.derive()
