import time

import pytest

from extract import extract_policy
from extract.html.set_aside import Script, set_aside

SENTENCES = (
    "We collect your personal information when you order.",
    "We share it with service providers, with your consent only.",
    "You may opt out of our mailing list at any time.",
)


def seen(page: str) -> str:
    return set_aside(page)[0]


def body_of(*between: str) -> str:
    """Extract a policy of SENTENCES with these pieces of source between its paragraphs."""
    pieces = [*between, *[""] * (len(SENTENCES) - len(between))]
    source = "".join(f"<p>{line}</p>{piece}" for line, piece in zip(SENTENCES, pieces, strict=True))
    return extract_policy(
        f"<html><title>Privacy</title><body><h1>Privacy</h1><div>{source}</div></body></html>".encode(),
        url="https://www.shop.example/privacy",
    ).body


WHOLE = body_of()


def test_the_policy_without_anything_between() -> None:
    assert "\n\n".join(SENTENCES) == WHOLE


def test_scripts_are_returned_with_their_attributes_and_styles_and_drawings_are_not() -> None:
    source = "<p>a<script type='x'>1 < 2</script>b<STYLE>c</Style >d<svg viewBox='0'><path/></svg>e"
    assert set_aside(source) == ("<p>abde", [Script(" type='x'", "1 < 2")])


@pytest.mark.parametrize(
    "comment",
    [
        '<!-- <script src="/old.js"> -->',
        "<!-- <style> -->",
        '<!-- was: <svg class="icon"> -->',
        "<!-- <textarea> <title> <iframe> -->",
        "<!--><!-- <script> --!>",
        "<!---><!-- </p> <div> -->",
        "<!--[if lt IE 9]><script src=x></script><![endif]-->",
        "<!-- <script> --><script>var a = '<!-- <script></script> -->';</script>",
    ],
)
def test_a_tag_in_a_comment_is_no_tag(comment: str) -> None:
    assert body_of(comment, "<svg><path d='M0 0'/></svg><script>1</script><style>b{}</style>") == WHOLE


@pytest.mark.parametrize(
    "name", ["style-wrapper", "style-x", "script-x", "svg-icon", "svg-x", "title-bar", "iframe-x", "wbr-x"]
)
def test_the_content_of_a_custom_element_stays(name: str) -> None:
    assert body_of(f"<{name}>", f"</{name}>") == WHOLE


@pytest.mark.parametrize("name", ["wbr", "source", "track", "embed", "keygen", "bgsound", "WBR", "br"])
@pytest.mark.parametrize("form", ["<{}>", "<{}/>", "<{} src='a>b' x>", "<{}></{}>"])
def test_a_void_element_swallows_nothing(name: str, form: str) -> None:
    tag = form.format(name, name)
    assert "We share it" in body_of(f"<div>{tag}</div>")
    assert body_of(tag, tag) == WHOLE


def test_an_address_with_wbr_is_one_word() -> None:
    assert seen("<p>See https://<wbr>shop.example/<wbr>list for more.") == (
        "<p>See https://shop.example/list for more."
    )


@pytest.mark.parametrize(
    "source",
    [
        "<img alt='<script>'>a",
        '<div title="<!-- x">a</div>',
        "<div data-icon=\"<svg class='a'>\">a</div>",
        "<textarea><script></textarea>a",
        "<title><!-- </title>a",
        "<iframe><style></iframe>a",
        "<p>1 < 2 and <3",
        "<a title=it's>a</a>",
    ],
)
def test_a_tag_in_a_value_or_in_raw_text_is_no_tag(source: str) -> None:
    assert set_aside(f"{source}<b>b</b><script>c</script>") == (f"{source}<b>b</b>", [Script("", "c")])


def test_the_end_tag_of_a_script_within_a_script_s_comment_is_code() -> None:
    code = "<!-- document.write('<script src=x></script>'); //-->"
    assert set_aside(f"a<script>{code}</script>b") == ("ab", [Script("", code)])
    assert seen("a<script><!-- x </script>b") == "ab"
    assert seen("a<script><!-- <script></script>b") == "ab"


@pytest.mark.parametrize(
    ("drawing", "rest"),
    [
        ("<svg/>", ""),
        ("<svg><svg></svg><path></svg>", ""),
        ("<svg><title><p>x</p></title><foreignObject><div>x</div></foreignObject></svg>", ""),
        ("<svg><path><p>c</p>", "<p>c</p>"),
        ("<button><svg></button><svg></svg>", "<button></button>"),
    ],
)
def test_a_drawing_ends_where_html_begins_again(drawing: str, rest: str) -> None:
    assert seen(f"<p>a</p>{drawing}<p>b</p>") == f"<p>a</p>{rest}<p>b</p>"


def test_an_element_without_an_end_is_left_to_the_parser() -> None:
    assert set_aside("a<script>b") == ("a<script>b", [])
    assert set_aside("a<style>b<!-- c") == ("a<style>b<!-- c", [])
    assert set_aside("") == ("", [])


@pytest.mark.parametrize(
    "piece",
    [
        "< ",
        " <a ",
        " <!-- ",
        " <script> ",
        " <svg> ",
        " <script><!-- ",
        ' <a x=" ',
        " <a = ",
        " <svg><p> ",
        " <title><svg> ",
        " = ",
        " a<wbr>\n    ",
        " <script><!--<script></script> ",
        " <svg><title> ",
        " <style></stylex> ",
        " <p x='\"'",
    ],
)
def test_time_grows_with_the_length_only(piece: str) -> None:
    began = time.perf_counter()
    set_aside(piece * (200_000 // len(piece)))
    assert time.perf_counter() - began < 3
