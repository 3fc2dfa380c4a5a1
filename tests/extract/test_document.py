import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract import EXTRACTOR, extract_policy

POLICY = b"""<html><head><title>Privacy</title></head><body><h1>Privacy</h1>
<p>We collect your personal information when you order, use cookies, and share it with third parties with
your consent only.
You may opt out at any time.</p>%s</body></html>"""
URL = "https://www.shop.example/privacy"


def test_text_ends_with_one_newline_and_begins_with_the_title():
    document = extract_policy(POLICY % b"", url=URL)
    assert document.text == (
        "# Privacy\n\nWe collect your personal information when you order, use cookies, and share it with "
        "third parties with"
        " your consent only. You may opt out at any time.\n"
    )
    assert document.markdown == document.text
    assert document.words == 27
    assert document.language == "en"
    assert EXTRACTOR


def test_without_text_the_title_is_the_domain():
    assert extract_policy(b"", url=URL, timestamp="20200101000000").text == "# shop.example\n"
    assert extract_policy(b"", url="").text == "# untitled\n"


def test_a_timestamp_that_is_none_gives_no_provenance():
    assert extract_policy(POLICY % b"", url=URL, timestamp="2020").provenance == ""


def test_completeness_falls_with_the_sections_that_are_left_out():
    section = (
        b"<p>We also collect your ip address, and retain it for a year; the service providers who process "
        b"personal data for"
        b" us see it too, and disclose it to nobody.</p>"
    )
    whole = extract_policy(POLICY % (section * 6), url=URL)
    assert whole.completeness == 1.0
    shares = [
        extract_policy(
            POLICY % (section * (6 - cut) + b'<footer class="site-footer">' + section * cut + b"</footer>"),
            url=URL,
        )
        for cut in (1, 2)
    ]
    assert all(document.reason.endswith(" words: footer") for document in shares)
    assert [document.completeness for document in shares] == [0.8564, 0.7128]


def test_a_cookie_banner_does_not_count_against_completeness():
    banner = (
        b'<div id="cookie-banner">We use cookies and share data with third parties. By staying you '
        b"consent to that.</div>"
    )
    document = extract_policy(POLICY % banner, url=URL)
    assert document.completeness == 1.0
    assert "By staying" not in document.body


def test_a_page_in_two_languages_says_so():
    french = (
        "<p>Nous recueillons vos données à caractère personnel et ne les vendons pas à des tiers ; "
        "vous pouvez refuser.</p>"
    )
    document = extract_policy(POLICY % french.encode(), url=URL)
    assert document.language == "en"
    assert document.reason.endswith("; also in fr")


def test_text_that_only_scripts_would_show_is_read_from_their_data():
    text = (
        "<p>We collect personal information and cookies.</p><p>We share it with third parties with your "
        "consent; opt out, ask"
        " what we retain or disclose, at our e-mail address. Our service providers process your data; "
        "privacy matters.</p>" * 3
    )
    data = json.dumps({"page": {"html": text}}).encode()
    body = (
        b'<html><title>Privacy</title><div id="root"></div><script type="application/json">%s</script></html>'
        % data
    )
    document = extract_policy(body, url=URL)
    assert document.verdict == "policy"
    assert "read from data that scripts would show" in document.reason
    assert document.body.startswith("We collect personal information and cookies.\n\nWe share it")


@given(
    st.binary(max_size=3000),
    st.one_of(st.none(), st.text(max_size=30)),
    st.one_of(st.none(), st.integers(0, 700)),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_a_document(body, content_type, status):
    document = extract_policy(body, url=URL, content_type=content_type, status=status)
    assert document == extract_policy(body, url=URL, content_type=content_type, status=status)
    assert document.text.endswith("\n")
    assert not document.reason.startswith("the page broke")


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<div class=nav>",
                "</div>",
                "<table>",
                "<tr>",
                "<td>",
                "<th>",
                "</table>",
                "<ul>",
                "<li>",
                "</ul>",
                "<b>",
                "</b>",
                "<a href='#x'>",
                "<a href=/y>",
                "</a>",
                "<br>",
                "<hr>",
                "<h2>",
                "</h2>",
                "<pre>",
                "\n",
                "<dl><dt>",
                "<dd>",
                "&nbsp;",
                "*",
                "_",
                "[",
                "](",
                "|",
                "1. ",
                "- ",
                "We collect personal data, and cookies. ",
                "<button aria-expanded=false>",
                "</button>",
                "<body>",
                "</html>",
                "<script>",
                "</script>",
                "<select>",
                "\x00",
                "&#1;",
                "<summary>",
                "</title>",
                "<noscript>",
            ]
        ),
        max_size=60,
    )
)
@settings(max_examples=200, deadline=None)
def test_any_tags_give_a_clean_document(pieces):
    document = extract_policy("".join(pieces).encode(), url=URL)
    assert not document.reason.startswith("the page broke")
    lines = document.body.split("\n")
    assert "\n\n\n" not in document.body
    assert not document.body.startswith("\n")
    assert "\u00a0" not in document.body
    assert "****" not in document.body
    assert all(line == line.rstrip() or (line.endswith("  ") and not line.endswith("   ")) for line in lines)


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_same_page_gives_the_same_bytes_in_every_process(seed):
    body = POLICY % b"<p>caf\xc3\xa9"
    code = (
        "import sys; from extract import extract_policy;"
        f"sys.stdout.buffer.write(extract_policy({body!r}, url={URL!r}).markdown.encode())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env={"PYTHONHASHSEED": seed}
    )
    assert run.stdout.decode() == extract_policy(body, url=URL).markdown
