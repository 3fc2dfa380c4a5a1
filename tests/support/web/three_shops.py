"""An archive of three fictional shops with known policies at known times."""

from pathlib import Path

from db.database import open_archive, transaction
from tests.support.shop import Shop

FIRST = "# Privacy\n\nWe keep your name.\n\nWe keep it safe."
SOLD = "# Privacy\n\nWe keep your name.\n\nWe do not sell it, and keep it safe."
LONGER = f"{SOLD}\n\n## Cookies\n\nWe set [cookies](https://shop.example/cookies) to remember your cart."


def write(path: Path) -> Path:
    """Write the archive. Years of good captures: alpha 2010 to 2014, beta 2012 and 2014, gamma 2014."""
    db = open_archive(path, create=True)
    alpha, beta, gamma = Shop(db, "alpha.example"), Shop(db, "beta.example"), Shop(db, "gamma.example")
    for timestamp, text in {
        "20100101000000": FIRST,
        "20110101000000": FIRST,
        "20120301000000": SOLD,
        "20121201000000": SOLD,
        "20130601000000": LONGER,
        "20140601000000": FIRST,
        "20140901000000": FIRST,
    }.items():
        alpha.observe(timestamp, text)
    beta.observe("20120501000000", SOLD)
    beta.observe("20140501000000", SOLD)
    gamma.observe("20140701000000", FIRST)
    gamma.observe("20151001000000", "Not found", verdict="soft-404")
    for shop in (alpha, beta, gamma):
        shop.derive()
    with transaction(db):
        db.execute("update retailers set name = 'Alpha & Sons' where domain = 'alpha.example'")
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    return path
