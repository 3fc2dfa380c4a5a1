import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.urlkey import is_web_address, urlkey

LABEL = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=6)
HOST = st.tuples(st.text("abcxyz", min_size=2, max_size=6), st.sampled_from(["example", "co.uk", "com"])).map(
    ".".join
)
TEXT = st.text('abcXYZ019-_.~!$()*+,;:@ "%é', max_size=8)
PATH = st.lists(TEXT.filter(lambda part: ";jsessionid=" not in part.lower()), max_size=4).map(
    lambda parts: "/" + "/".join(parts)
)
QUERY = st.lists(st.tuples(LABEL, TEXT).map("=".join), max_size=3).map("&".join)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.Shop.example/a?b=2&a=1", "example,shop)/a?a=1&b=2"),
        ("https://shop.example:443/Privacy/", "example,shop)/privacy"),
        ("http://shop.example:80", "example,shop)/"),
        ("http://www2.shop.example/", "example,shop)/"),
        ("http://www.com/", "com,www)/"),
        ("http://shop.example:8080/a", "example,shop:8080)/a"),
        ("http://user:secret@shop.example/a#part", "example,shop)/a"),
        ("http://shop.example./a//b/./c/../d?", "example,shop)/a/b/d"),
        ("http://shop.example/..", "example,shop)/"),
        ("shop.example/privacy", "example,shop)/privacy"),
        ("shop.example:8080/privacy", "example,shop:8080)/privacy"),
        ("//shop.example/privacy", "example,shop)/privacy"),
        ("http://127.0.0.1:8001/a", "127.0.0.1:8001)/a"),
        ("http://[::1]/a", "::1)/a"),
        ("http://bücher.example/é", "example,xn--bcher-kva)/%c3%a9"),
        ("http://shop.example/a%20b c%2541", "example,shop)/a%20b%20ca"),
        ("http://shop.example/p;jsessionid=AB12.node1?x=1", "example,shop)/p?x=1"),
        ("http://shop.example/(S(abcdefghijklmnopqrstuvwx))/p.aspx", "example,shop)/p.aspx"),
        ("http://shop.example/p?sid=0123456789abcdef0123456789abcdef&b=1", "example,shop)/p?b=1"),
        ("http://shop.example/p?z=1&cfid=1&cftoken=2", "example,shop)/p?z=1"),
        ("http://shop.example/p?phpsessid=short", "example,shop)/p?phpsessid=short"),
        (" http://shop.example/pri\nvacy\t", "example,shop)/privacy"),
        ("mailto:Privacy@shop.example", "mailto:privacy@shop.example"),
        ("data:text/html,<P>", "data:text/html,<p>"),
        ("http://[broken/a", "http://[broken/a"),
        ("http://shop.example:99999/A", "http://shop.example:99999/a"),
        ("http://", "http://"),
        ("", "http://"),
    ],
)
def test_the_rules(url: str, key: str) -> None:
    assert urlkey(url) == key


@given(HOST, PATH, QUERY)
def test_spellings_of_an_address_have_one_key(host: str, path: str, query: str) -> None:
    rest = path + (f"?{query}" if query else "")
    key = urlkey(f"http://{host}{rest}")
    for spelling in (
        "https://{}{}",
        "http://{}:80{}",
        "https://{}:443{}",
        "http://www.{}{}",
        "//{}{}",
        "{}{}",
        "HTTP://{}{}",
    ):
        assert urlkey(spelling.format(host, rest)) == key, spelling
    assert urlkey(f"http://{host.upper()}{rest}") == key


@given(HOST, PATH, st.lists(st.tuples(LABEL, LABEL).map("=".join), min_size=2, max_size=4))
def test_the_order_of_a_query_says_nothing(host: str, path: str, pairs: list[str]) -> None:
    assert urlkey(f"http://{host}{path}?{'&'.join(pairs)}") == urlkey(
        f"http://{host}{path}?{'&'.join(reversed(pairs))}"
    )


@given(HOST, PATH, QUERY)
def test_the_key_of_the_address_that_a_key_names_is_that_key(host: str, path: str, query: str) -> None:
    key = urlkey(f"http://{host}{path}" + (f"?{query}" if query else ""))
    labels, rest = key.split(")", 1)
    assert urlkey(f"http://{'.'.join(reversed(labels.split(',')))}{rest}") == key


@given(st.text() | st.text().map("http://shop.example/{}".format) | st.text().map("http://{}/".format))
def test_no_text_raises(url: str) -> None:
    assert isinstance(urlkey(url), str)


@pytest.mark.parametrize(
    "url", ["http://a", "HTTPS://shop.example:8443/a?b#c", "http://[::1]/", "http://é.example/"]
)
def test_an_address_of_the_web(url: str) -> None:
    assert is_web_address(url)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.example",
        "ftp://a.example",
        "http://",
        "http://./",
        "/a",
        "//a.example",
        "http://[::1",
        "http://a:port/",
        "http://a:0/",
        "http://a:99999/",
        "http://a/ b",
        "http://a/\n",
        "http://a/\x1b",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_address_of_the_web(text: str) -> None:
    assert not is_web_address(text)


@given(st.text() | st.text().map("http://{}".format))
def test_no_text_is_an_error_when_it_is_no_address(text: str) -> None:
    assert is_web_address(text) in (True, False)
