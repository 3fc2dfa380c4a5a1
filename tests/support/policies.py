"""Bodies for tests: pages that are clearly privacy policies, with different wordings."""

_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Privacy Policy - {shop}</title></head>
<body><div id="nav"><a href="/">Home</a> <a href="/cart">Cart</a> <a href="/help">Help</a></div>
<div id="content"><h1>Privacy Policy</h1>
<p>{shop} respects the privacy of everyone who visits our store on the web. This privacy policy explains \
which personal
information we collect when you place an order, how we use it, and with whom we share it. {remark}</p>
<h2>What we collect</h2>
<p>We collect your name, postal address, telephone number, e-mail address and payment details \
when you order something, open an
account or write to us. Our servers also record the address of your computer, the pages that you look at \
and the kind of
browser that you use, so that we can keep the store working and see which goods our customers look for.</p>
<h2>How we use it</h2>
<p>We use this information to deliver what you ordered, to answer your questions, to prevent fraud \
and to improve the store.
With your consent we send you news about our goods; every message says how you can stop it.</p>
<h2>Whom we share it with</h2>
<p>We do not sell your personal information to third parties. We share it only with the companies \
that carry parcels, process
payments or send mail on our behalf, and they may use it for nothing else. \
We disclose information where the law requires.</p>
<h2>Cookies</h2>
<p>A cookie remembers what is in your shopping cart. You may refuse cookies in your browser, \
but then you cannot order.</p>
<h2>Your rights</h2>
<p>You may ask us for a copy of the information that we hold about you, and have it corrected \
or deleted. Write to our
privacy office at the address below, and we shall answer within a month.</p></div></body></html>
"""


def policy(remark: str, shop: str = "Old Mill") -> bytes:
    """Return a privacy policy in HTML; another remark is another wording."""
    return _PAGE.format(shop=shop, remark=remark).encode()


def long_policy(remark: str) -> bytes:
    """Return a privacy policy of a third of a megabyte; its extraction takes almost a second."""
    head, _, rest = _PAGE.format(shop="Long Tale", remark=remark).partition("<h2>What we collect")
    sections, _, end = rest.partition("</div></body>")
    return (head + ("<h2>What we collect" + sections) * 250 + "</div></body>" + end).encode()
