import pytest

import extract
from extract.content.edges import has_own_date

PAGE = """<title>Privacy Policy</title><h1>Privacy Policy</h1>
<p>We collect your name, your address and your orders when you buy from us.
We use it to send what you bought and to answer you.</p><h2>Contact</h2>
<p>Write to us about your personal information, and we will answer within a month.</p>"""


@pytest.mark.parametrize(
    ("line", "stated"),
    [
        ("(c) 2019 Shop. Effective January 1, 2019", "2019-01-01"),
        ("© 2019 Shop. Last updated May 3, 2019", "2019-05-03"),
        ("© 2019 Shop | Effective: May 3, 2019", "2019-05-03"),
        ("© 2019 Shop. All rights reserved.", None),
        ("© 2019 Shop, updated daily", None),
        ("© 2019 Effective Lamps Inc.", None),
    ],
)
def test_a_copyright_line_with_a_date_of_the_policy_stays(line: str, stated: str | None) -> None:
    document = extract.extract_policy(f"{PAGE}<p>{line}</p>".encode(), url="http://shop.example/privacy")
    assert document.stated_date == stated
    assert (line in document.markdown) is bool(stated)


def test_the_date_is_behind_the_sign_in_a_short_line() -> None:
    assert has_own_date("© 2019 Shop. Updated May 3, 2019")
    assert not has_own_date("Updated May 3, 2019 © 2019 Shop")
    assert not has_own_date("We updated it on May 3, 2019.")
    assert not has_own_date("© 2019 Shop. " + "Lamps and shades. " * 10 + "Updated May 3, 2019")
