import csv as csv_module
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler import retailer_lists
from crawler.errors import RetailerListError
from crawler.retailer_lists import Retailer, built_in, choose, named, normal_domain, owner, read
from tests.support.paths import SHARED

Csv = Callable[[str | bytes], Path]
LIST = SHARED / "data" / "retailer_policy_urls.csv"


@pytest.fixture
def csv(tmp_path: Path) -> Csv:
    def write(content: str | bytes) -> Path:
        path = tmp_path / "shops.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def error(file: Path) -> str:
    """The message for a file that cannot be read, without the folder."""
    with pytest.raises(RetailerListError) as caught:
        read(file, "given")
    assert "\n" not in str(caught.value)
    return str(caught.value).replace(f"{file.parent}/", "")


def test_rows_of_a_domain_are_put_together(csv: Csv) -> None:
    file = csv(
        "domain,policy_url,name,more\n"
        "www.Shop.example,http://shop.example/privacy,,1\n"
        "other.example,https://other.example/p,Other,2,3,4\n"
        "\n"
        ",,,\n"
        "https://shop.example/,http://shop.example/legal,The Shop\n"
        "shop.example,http://shop.example/privacy,Another name\n"
    )
    assert read(file, "given") == [
        Retailer(
            "shop.example",
            "The Shop",
            ("http://shop.example/privacy", "http://shop.example/legal"),
            "given",
            attributes=(("more", "1"),),
        ),
        Retailer(
            "other.example", "Other", ("https://other.example/p",), "given", attributes=(("more", "2"),)
        ),
    ]


def test_other_columns_are_attributes_and_the_first_value_of_a_retailer_counts(csv: Csv) -> None:
    file = csv(
        "domain;policy_url; Sector ;country;\n"
        "shop.example;http://shop.example/a;;DE;no name\n"
        "shop.example;http://shop.example/b;toys;FR;\n"
        "other.example;;  ;;\n"
    )
    assert [retailer.attributes for retailer in read(file, "given")] == [
        (("country", "DE"), ("sector", "toys")),
        (),
    ]


@pytest.mark.parametrize(
    ("columns", "values", "message"),
    [
        ("sector,Sector", "a,b", "shops.csv line 1: it has the column 'sector' twice"),
        (
            "n" * 65,
            "a",
            f"shops.csv line 1: it has a column whose name has more than 64 characters: '{'n' * 20}'…",
        ),
        (
            ",".join(f"c{number}" for number in range(51)),
            "a",
            "shops.csv line 1: it has more than 50 other columns",
        ),
        ("sector", "v" * 1001, "shops.csv line 2: sector is longer than 1000 characters"),
    ],
)
def test_attributes_that_cannot_be_stored_are_named(
    csv: Csv, columns: str, values: str, message: str
) -> None:
    assert error(csv(f"domain,policy_url,{columns}\nshop.example,,{values}\n")) == message


def test_a_file_of_a_spreadsheet_is_read(csv: Csv) -> None:
    file = csv(
        b'\xef\xbb\xbf"name","policy_url","domain"\r\n"B\xc3\xbccher,'
        b' Ltd","http://b.example/p","b\xc3\xbccher.example"\r\n'
    )
    assert read(file, "list") == [
        Retailer("xn--bcher-kva.example", "Bücher, Ltd", ("http://b.example/p",), "list")
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "shops.csv has no column domain and no column policy_url in its first line"),
        (
            "domain|policy_url\n",
            "shops.csv has no column domain and no column policy_url in its first line"
            " (columns are separated by commas, semicolons or tabs)",
        ),
        (
            "domain,url\nshop.example,http://shop.example/",
            "shops.csv has no column policy_url in its first line",
        ),
        ("domain,policy_url\n", "shops.csv names no retailer"),
        ("domain,policy_url\n,\n\n", "shops.csv names no retailer"),
        ("domain,policy_url\na.example,http://a.example/\nshop,http://b.example/\n",
         "shops.csv line 3: 'shop' is not a domain such as shop.example"),
        ("domain,policy_url\n,http://a.example/\n",
         "shops.csv line 2: '' is not a domain such as shop.example"),
        ("domain,policy_url\na.example,privacy.html\n",
         "shops.csv line 2: 'privacy.html' is not an http address"),
        ("domain,policy_url\na.example,http://a.test/ b\n",
         "shops.csv line 2: 'http://a.test/ b' is not an http address"),
        ("domain,policy_url\na.example,ftp://a.example/\n",
         "shops.csv line 2: 'ftp://a.example/' is not an http address"),
        ("domain,policy_url\na.example,http://\n", "shops.csv line 2: 'http://' is not an http address"),
        ("domain,policy_url\na.example,http://[a.example/\n",
         "shops.csv line 2: 'http://[a.example/' is not an http address"),
        ('domain,policy_url\na.example,"http://a.example/"x\n',
         "shops.csv line 2: it is no CSV (',' expected after '\"')"),
        ('"domain"x,policy_url\n', "shops.csv line 1: it is no CSV (',' expected after '\"')"),
        ('domain,policy_url\na.example,"http://a.example/',
         "shops.csv line 2: it is no CSV (unexpected end of data)"),
    ],
)  # fmt: skip
def test_a_bad_list_is_named_with_its_line(csv: Csv, content: str, message: str) -> None:
    assert error(csv(content)) == message


def test_a_list_that_is_no_text(csv: Csv) -> None:
    assert error(csv("domain,policy_url\n".encode("utf-16"))).startswith(
        "shops.csv cannot be read: it is no text in UTF-8 ("
    )
    assert error(csv(b"domain,policy_url\n\xe9.example,http://a.example/\n")).startswith(
        "shops.csv cannot be read: it is no text"
    )


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    assert error(tmp_path / "none.csv") == "none.csv cannot be read: No such file or directory"
    (tmp_path / "folder").mkdir()
    assert error(tmp_path / "folder") == "folder cannot be read: Is a directory"


@pytest.mark.parametrize(
    ("text", "domain"),
    [("shop.example", "shop.example"), ("WWW.Shop.Example.", "shop.example"),
     ("https://www.shop.example:8080/a?b", "shop.example"),
     ("user@shop.example", "shop.example"), (" shop.co.uk ", "shop.co.uk"), ("bücher.example",
                                                                             "xn--bcher-kva.example"),
     ("help.shop.example", "help.shop.example")],
)  # fmt: skip
def test_domains(text: str, domain: str) -> None:
    assert normal_domain(text) == domain


@pytest.mark.parametrize(
    "text",
    [
        "",
        "shop",
        ".",
        "a..b",
        "-a.example",
        "a b.example",
        "127.0.0.1",
        "http://",
        "[",
        "http://[a",
        "shop℀.example",
        "x" * 300 + ".example",
    ],
)
def test_what_is_no_domain(text: str) -> None:
    with pytest.raises(RetailerListError, match="is not a domain such as"):
        normal_domain(text)


def test_the_built_in_list_is_good() -> None:
    assert len(built_in()) > 50
    assert all(domain == normal_domain(domain) == retailer.domain for domain, retailer in built_in().items())
    assert {retailer.found_by for retailer in built_in().values()} == {"list"}
    assert all(retailer.name and retailer.addresses for retailer in built_in().values())


def test_domains_are_looked_up_in_both_lists_and_the_users_goes_first(csv: Csv) -> None:
    known = next(iter(built_in()))
    file = csv(f"domain,policy_url\n{known},http://mine.example/\nshop.example,http://shop.example/\n")
    mine, shop = read(file, "given")
    assert choose([], None) == []
    assert choose([f"www.{known.upper()}"], None) == [built_in()[known]]
    assert choose([], file) == [mine, shop]
    assert choose([known, "shop.example"], file) == [mine, shop]
    assert choose(["www.shop.example"], file) == [shop]
    with pytest.raises(RetailerListError, match=r"nobody.example is not in .*shops.csv"):
        choose(["nobody.example"], file)
    assert mine.addresses == ("http://mine.example/",)


def test_a_domain_of_no_list_has_no_address_and_one_without_an_address_in_a_list_neither(csv: Csv) -> None:
    file = csv(
        "domain,policy_url,name\nbare.example,,Bare\nshop.example,http://shop.example/\nshop.example,\nshort.example\n"
    )
    assert choose([], file) == [
        Retailer("bare.example", "Bare", (), "given"),
        Retailer("shop.example", None, ("http://shop.example/",), "given"),
        Retailer("short.example", None, (), "given"),
    ]
    assert choose(["nobody.example"], None) == [Retailer("nobody.example", None, (), "given")]


@pytest.mark.corpus
def test_every_retailer_and_address_of_the_shared_list_is_built_in() -> None:
    with LIST.open(encoding="utf-8", newline="") as file:
        listed = {(row["domain"], row["policy_url"]) for row in csv_module.DictReader(file)}
    assert {
        (domain, address) for domain, retailer in built_in().items() for address in retailer.addresses
    } == listed


def test_the_built_in_list_is_tidy() -> None:
    with (Path(retailer_lists.__file__).with_name("retailers.csv")).open(
        encoding="utf-8", newline=""
    ) as file:
        rows = list(csv_module.DictReader(file))
    assert [(row["domain"], row["known_since"]) for row in rows] == sorted(
        (row["domain"], row["known_since"]) for row in rows
    )
    assert all(value == value.strip() and value for row in rows for value in row.values())
    assert len({(row["domain"], row["policy_url"]) for row in rows}) == len(rows)
    names: dict[str, set[str]] = {}
    for row in rows:
        names.setdefault(row["domain"], set()).add(row["name"])
    assert all(len(of_domain) == 1 for of_domain in names.values())


def test_an_address_belongs_to_who_lists_it_else_to_its_registered_domain(csv: Csv) -> None:
    retailer_of = owner(csv("domain,policy_url\nshop.example,http://corporate.example/privacy\n"))
    assert retailer_of("https://www.corporate.example:443/Privacy/") == "shop.example"
    assert retailer_of("http://corporate.example/other") == "corporate.example"
    assert retailer_of("http://help.shop.co.uk/privacy") == "shop.co.uk"
    listed = next(iter(retailer_lists.built_in().values()))
    assert owner()(listed.addresses[0]) == listed.domain


PAGE = "http://www.shop.example/legal/k7"


@pytest.mark.parametrize(
    ("text", "domain", "page"),
    [
        (PAGE, "shop.example", PAGE),
        ("shop.example/privacy?a=b#c", "shop.example", "http://shop.example/privacy?a=b"),
        ("//shop.example/privacy", "shop.example", "http://shop.example/privacy"),
        ("https:/shop.example/privacy", "shop.example", "https://shop.example/privacy"),
        ("https://shop.example/#/privacy", "shop.example", None),
        ("http://shop.example:8080/p", "shop.example", "http://shop.example:8080/p"),
        ("shop.example:8080", "shop.example:8080", None),
        ("shop.example:80", "shop.example", None),
        ("https://spaß.example/x", "xn--spa-7ka.example", "https://spaß.example/x"),
        ("SPAẞ.example", "xn--spa-7ka.example", None),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example", None),
        ("bu\u0308cher。example", "xn--bcher-kva.example", None),
        (f"https://web.archive.org/web/20140601120000/{PAGE}", "shop.example", PAGE),
        (f"web.archive.org/web/20140601120000id_/{PAGE}", "shop.example", PAGE),
        (f"https://web.archive.org/web/2014*/{PAGE}*", "shop.example", PAGE),
        (f"https://web.archive.org/web/*/{PAGE}", "shop.example", PAGE),
        ("https://web.archive.org/web/2014/shop.example", "shop.example", None),
        (f"https://arquivo.pt/wayback/20140601120000/{PAGE}", "shop.example", PAGE),
        (f"https://wayback.archive-it.org/12/20140601120000/{PAGE}", "shop.example", PAGE),
        (
            "http://127.0.0.1:1/web/2014mp_/http%3A%2F%2Fshop.example%2Fp",
            "shop.example",
            "http://shop.example/p",
        ),
    ],
)
def test_what_people_type_names_a_domain_and_perhaps_a_page(text: str, domain: str, page: str | None) -> None:
    assert named(text) == (domain, page)
    assert normal_domain(text) == domain


def test_an_address_is_that_page_of_its_retailer(csv: Csv) -> None:
    assert choose([PAGE, "https://web.archive.org/web/2014/http://shop.example/b"], None) == [
        Retailer("shop.example", None, (), "given", (PAGE, "http://shop.example/b"))
    ]
    known = next(iter(built_in().values()))
    (page_only,) = choose([f"{known.domain}/some/page"], None)
    assert list(page_only.pages) == [(f"http://{known.domain}/some/page", "given")]
    (both,) = choose([known.domain, f"{known.domain}/some/page"], None)
    assert list(both.pages) == [
        (f"http://{known.domain}/some/page", "given"),
        *((address, "list") for address in known.addresses),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "domain;policy_url\nshop.example;http://shop.example/a,b\n",
        "domain\tpolicy_url\nshop.example\thttp://shop.example/a,b\n",
        'domain,policy_url\nshop.example,"http://shop.example/a,b"\n',
        "sep=;\ndomain;policy_url\nshop.example;http://shop.example/a,b\n",
        '\ufeffsep=,\r\nDomain , POLICY_URL\r\nshop.example,"http://shop.example/a,b"\r\n',
        "\ufeff Domain ;Policy_URL; Name\nshop.example; http://shop.example/a,b ; ;y\n;;\n",
        'domain,policy_url\nshop.example,"https://web.archive.org/web/2014id_/http://shop.example/a,b"\n',
    ],
)
def test_lists_as_spreadsheets_write_them(csv: Csv, content: str) -> None:
    assert read(csv(content), "given") == [
        Retailer("shop.example", None, ("http://shop.example/a,b",), "given")
    ]


def test_addresses_without_a_scheme_in_a_list(csv: Csv) -> None:
    file = csv("domain,policy_url\nshop.example,www.shop.example/p\nshop.example,//shop.example/q\n")
    assert read(file, "given")[0].addresses == ("http://www.shop.example/p", "http://shop.example/q")


@pytest.mark.parametrize(
    "content", ["a" * 2_000, "domain,policy_url\n" + "shop.example,\n" * 200, "\n" * 2_000]
)
def test_a_file_that_does_not_end_is_no_list(csv: Csv, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setattr(retailer_lists, "MAX_CHARACTERS", 1_999)
    assert error(csv(content)) == "shops.csv is larger than 0 MB, so it is no list of retailers"


def test_a_long_text_that_is_no_domain_is_named_by_its_beginning(csv: Csv) -> None:
    file = csv("domain,policy_url\n" + "ü" * 100_000 + ",\n")
    assert error(file) == f"shops.csv line 2: '{'ü' * 200}' is not a domain such as shop.example"
