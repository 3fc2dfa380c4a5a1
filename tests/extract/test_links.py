from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.links import LAST_LINKS, MAX_LINKS, MAX_TEXT, NO_LINKS, Link, Links, links_of

HOME = "http://www.lantern.example/"


def links(html: str | bytes, url: str = HOME, **more: Any) -> list[tuple[str, str, str]]:
    body = html.encode() if isinstance(html, str) else html
    return [(link.url, link.text, link.place) for link in links_of(body, url=url, **more).links]


def test_a_page_of_1998_ends_with_its_footer():
    html = b"""<HTML><HEAD><TITLE>Lantern &amp; Loom</TITLE></HEAD><BODY BGCOLOR=#FFFFFF><TABLE><TR><TD>
    <A HREF=/lamps/index.htm><IMG SRC=lamps.gif ALT="Lamps"></A><BR><A HREF=/rugs/index.htm><FONT SIZE=2>Rugs
    &amp; Mats</FONT></A><BR><A HREF="search.cgi">Find</A></TD></TR></TABLE><HR><CENTER>
    <A HREF="help/privacy.htm">Privacy</A> | <A HREF="mailto:us@lantern.example">Write to
us</A></CENTER></BODY></HTML>"""
    assert links(html) == [
        ("http://www.lantern.example/lamps/index.htm", "Lamps", "body"),
        ("http://www.lantern.example/rugs/index.htm", "Rugs & Mats", "body"),
        ("http://www.lantern.example/search.cgi", "Find", "footer"),
        ("http://www.lantern.example/help/privacy.htm", "Privacy", "footer"),
    ]


def test_image_maps_and_frames():
    html = """<MAP NAME=bar><AREA SHAPE=RECT COORDS=1,2,3,4 HREF=legal.htm#privacy ALT="Privacy"></MAP>"""
    assert links(html) == [("http://www.lantern.example/legal.htm#privacy", "Privacy", "footer")]
    html = """<HTML><FRAMESET ROWS="80%,20%"><FRAME SRC=main.htm NAME=main><FRAME SRC=foot.htm
TITLE="Bottom links">
    </FRAMESET><NOFRAMES><A HREF=text.htm>Text</A></NOFRAMES></HTML>"""
    assert [link[:2] for link in links(html)] == [
        ("http://www.lantern.example/main.htm", "main"),
        ("http://www.lantern.example/foot.htm", "Bottom links"),
        ("http://www.lantern.example/text.htm", "Text"),
    ]
    assert [
        link[:2] for link in links('<p><iframe title="Policy" src="//cdn.lantern.example/p.html"></iframe>')
    ] == [("http://cdn.lantern.example/p.html", "Policy")]


def test_a_page_of_2022_says_where_its_footer_is():
    html = """<!doctype html><html lang="en-GB"><body class="has-footer">
    <header><nav class="menu"><a href="/new">New in</a></nav></header>
    <main><article><a href="/rugs">Rugs</a><div class="card-footer"><a
href="/rugs/1">Buy</a></div></article></main>
    <footer><nav><ul><li><a href="/privacy-policy" aria-label="Privacy policy"><svg><path
d="M1"/></svg></a></li>
    <li><a href="/terms"> Terms
      of use</a></li></ul></nav></footer></body></html>"""
    assert links(html) == [
        ("http://www.lantern.example/new", "New in", "menu"),
        ("http://www.lantern.example/rugs", "Rugs", "body"),
        ("http://www.lantern.example/rugs/1", "Buy", "body"),
        ("http://www.lantern.example/privacy-policy", "Privacy policy", "footer"),
        ("http://www.lantern.example/terms", "Terms of use", "footer"),
    ]


@pytest.mark.parametrize(
    "mark",
    [
        'id="globalFooter"',
        'class="footer-links"',
        'role="contentinfo"',
        'class="bottom-links"',
        'class="legalLinks legal-nav"',
        'id="Fusszeile"',
        'class="pied-de-page"',
        'class="colophon"',
    ],
)
def test_marks_of_footers(mark: str):
    page = (
        f'<div><a href="/a">A</a></div><div {mark}><p><a href="/b">B</a></p></div><div><a '
        f'href="/c">C</a></div>'
    )
    assert [link[2] for link in links(page)] == ["body", "footer", "body"]


def test_a_list_called_legal_is_a_footer_and_a_page_called_so_is_none():
    assert links('<a href="/a">A</a><ul class="legal"><li><a href="/b">B</a></ul>')[1][2] == "footer"
    page = '<div id="legal">' + "".join(f'<a href="/{n}">{n}</a>' for n in range(9)) + "</div>"
    assert [link[2] for link in links(page)] == ["body"] * 6 + ["footer"] * 3


def test_without_marks_the_last_links_are_the_footer():
    page = "".join(f'<p><a href="/{number}">{number}</a>' for number in range(100))
    assert [link[2] for link in links(page)] == ["body"] * (100 - LAST_LINKS) + ["footer"] * LAST_LINKS


def test_blocks_in_a_link_are_set_apart_and_a_heading_is_its_name():
    html = """<a href=/1><h2>Full <b>privacy</b> policy</h2><p>All of it, in one document.</p></a>
    <a href=/2><div>Privacy</div><div>centre</div></a><h3><a href=/3>Ter<i>ms</i></a></h3>"""
    assert [link[1] for link in links(html)] == ["Full privacy policy", "Privacy centre", "Terms"]


def test_text_is_what_a_reader_sees_else_what_a_reader_hears():
    html = """<a href=/1>Privacy <b>Policy</b><script>x()</script></a><a href=/2><img src=a.gif
alt="Datenschutz"></a>
    <a href=/3 title="Vie privée">»</a><a href=/4 aria-label="Privacidad"><i class=icon></i></a><a
href=/5></a>"""
    assert [link[1] for link in links(html)] == [
        "Privacy Policy",
        "Datenschutz",
        "Vie privée",
        "Privacidad",
        "",
    ]
    assert links(f"<a href=/long>{'word ' * 900}</a>")[0][1] == ("word " * 900)[:MAX_TEXT].strip()


def test_a_link_in_a_link_takes_its_own_text():
    assert [link[:2] for link in links("<a href=/1>one <div><a href=/2>two</a></div></a>")] == [
        ("http://www.lantern.example/1", "one"),
        ("http://www.lantern.example/2", "two"),
    ]


def test_pop_up_windows_are_followed_and_other_scripts_are_not():
    html = """<a href="javascript:popUp('/help/privacy.html')">Privacy</a>
    <a href="#" onclick="window.open('terms.asp?a=1', 'w', 'width=300'); return false">Terms</a>
    <a href="javascript:void(0)">Menu</a><a href="javascript:history.go(-1)">Back</a><a
href="javascript:show('panel')">Show</a>
    <a href="#top">Top</a><a href="tel:123">Call</a><a href="ftp://lantern.example/f">File</a><a>none</a>"""
    assert [link[:2] for link in links(html)] == [
        ("http://www.lantern.example/help/privacy.html", "Privacy"),
        ("http://www.lantern.example/terms.asp?a=1", "Terms"),
    ]


def test_base_replay_addresses_and_white_space():
    html = """<base href="http://static.lantern.example/site/"><a href=" priv
acy.html ">1</a><a href="http://web.archive.org/web/20010203040506/http://old.lantern.example/p">2</a>"""
    assert [link[0] for link in links(html)] == [
        "http://static.lantern.example/site/privacy.html",
        "http://old.lantern.example/p",
    ]
    served = '<a href="/web/20010203040506id_/http://www.lantern.example/p">1</a>'
    assert [link[0] for link in links(served)] == ["http://www.lantern.example/p"]


def test_what_a_page_names_for_itself():
    html = b"""<html lang="fr-FR"><link rel="alternate canonical" href="/confidentialite"><meta
http-equiv=Refresh
    content="3; URL='/nouvelle'">"""
    assert links_of(html, url=HOME) == Links((), HOME + "confidentialite", HOME + "nouvelle", "fr")


def test_the_words_tell_the_language_before_the_attribute_does():
    words = (
        "Wir sind für Sie da und freuen uns auf Ihre Bestellung, die Sie bei uns mit der Post und im "
        "Laden machen. "
    )
    html = f'<html lang="en"><p>{words}<p>{words}<a href="/datenschutz">Datenschutz</a>'.encode()
    assert links_of(html, url=HOME).language == "de"


def test_encodings_are_those_of_the_page():
    html = (
        '<meta http-equiv=Content-Type content="text/html; charset=shift_jis"><a href=/p>個人情報保護方針</a>'
    )
    assert links(html.encode("shift_jis"))[0][1] == "個人情報保護方針"
    assert (
        links("<a href=/p>Vie privée</a>".encode("latin-1"), content_type="text/html; charset=iso-8859-1")[0][
            1
        ]
        == "Vie privée"
    )


@pytest.mark.parametrize(
    "body", [b"", b"%PDF-1.4 1 0 obj", b"\x89PNG\r\n\x1a\n<a href=/x>", b"\x00" * 99, bytes(range(256)) * 40]
)
def test_what_is_no_page_has_no_links(body: bytes):
    assert links_of(body, url=HOME) == NO_LINKS


def test_of_too_many_links_the_first_and_the_last_are_kept():
    html = (
        "".join(f"<a href=/{number}>{number}</a>" for number in range(MAX_LINKS + 1000))
        + "<footer><a href=/p>Privacy</a></footer>"
    )
    found = links(html)
    assert len(found) == MAX_LINKS
    assert found[0][0] == HOME + "0"
    assert found[-1] == (HOME + "p", "Privacy", "footer")


def test_links_that_never_close_take_no_time_of_their_own():
    assert {link[0] for link in links("<a href=/x><div>" * 100_000 + "Privacy")} == {
        "http://www.lantern.example/x"
    }


PIECES = st.sampled_from(
    [
        "<a href=",
        "'",
        '"',
        ">",
        "javascript:open('",
        "http://[",
        "/p",
        "<base href=",
        "<area ",
        "</a>",
        "<footer>",
        "<frame src=",
        "<meta http-equiv=refresh content='0;url=",
        "<link rel=canonical href=",
        "\x00",
        "é",
        "//",
        "data:",
        "<svg>",
        "<script>",
        "&#0;",
    ]
)


@given(
    st.one_of(
        st.binary(max_size=2000), st.lists(PIECES, max_size=60).map(lambda some: "".join(some).encode())
    ),
    st.text(max_size=60),
)
def test_any_bytes_from_any_address_give_bounded_web_links(body: bytes, url: str):
    found = links_of(body, url=url, headers={"content-encoding": "gzip"} if body[:1] == b"\x1f" else None)
    assert len(found.links) <= MAX_LINKS
    for link in [
        *found.links,
        *(Link(other, "", "body") for other in (found.canonical, found.refresh) if other),
    ]:
        assert link.url.startswith(("http://", "https://"))
        assert len(link.text) <= MAX_TEXT
        assert link.place in {"footer", "menu", "body"}
