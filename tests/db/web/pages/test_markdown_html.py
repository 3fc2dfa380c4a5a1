import pytest

from db.web.pages.markdown_html import Heading, render_markdown

REL = 'rel="nofollow noopener noreferrer"'


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("", ""),
        ("One\ntwo.\n", "<p>One\ntwo.</p>\n"),
        ("* a\n* **b**\n", "<ul>\n<li>a</li>\n<li><strong>b</strong></li>\n</ul>\n"),
        ("3. a\n", '<ol start="3">\n<li>a</li>\n</ol>\n'),
        (
            "[us](https://shop.example/a?b=c&d)\n",
            f'<p><a href="https://shop.example/a?b=c&amp;d" {REL}>us</a></p>\n',
        ),
        ("[us](mailto:a@shop.example)\n", f'<p><a href="mailto:a@shop.example" {REL}>us</a></p>\n'),
        (
            "| a |\n|---|\n| c |\n",
            "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>c</td>\n</tr>\n</tbody>\n</table>\n",
        ),
    ],
)
def test_markdown(markdown: str, html: str):
    assert render_markdown(markdown).html == html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("a <img src=x onerror=alert(1)> b", "<p>a &lt;img src=x onerror=alert(1)&gt; b</p>\n"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("[a](JaVaScRiPt&#58;alert(1))", "<p>[a](JaVaScRiPt:alert(1))</p>\n"),
        ("[a](data:text/html;base64,AAAA)", "<p>[a](data:text/html;base64,AAAA)</p>\n"),
        ("[a](data:image/png;base64,AAAA)", f"<p><a {REL}>a</a></p>\n"),
        ("[a](/-/logout)", f"<p><a {REL}>a</a></p>\n"),
        ("[a](//elsewhere.example/)", f"<p><a {REL}>a</a></p>\n"),
        ("[a](#main)", f"<p><a {REL}>a</a></p>\n"),
        ("<javascript:alert(1)>", "<p>&lt;javascript:alert(1)&gt;</p>\n"),
        ('[a](https://a.example "\\"")', f'<p><a href="https://a.example" title="&quot;" {REL}>a</a></p>\n'),
        ("```x onclick=alert(1)\ncode\n```", "<pre><code>code\n</code></pre>\n"),
    ],
)
def test_tricks_do_nothing(markdown: str, html: str):
    assert render_markdown(markdown).html == html


def test_an_image_is_not_loaded():
    assert "<img" not in render_markdown("![logo](https://elsewhere.example/pixel.gif)").html


def test_headings_leave_no_level_out_and_lead_somewhere():
    found = render_markdown("# A\n\n### B _b_\n\n###### C\n\n## D\n\n#\n\n# <b>E</b>\n")
    assert found.contents == [
        Heading(2, "part-1", "A"),
        Heading(3, "part-2", "B b"),
        Heading(4, "part-3", "C"),
        Heading(3, "part-4", "D"),
        Heading(2, "part-6", "<b>E</b>"),
    ]
    assert '<h3 id="part-2">B <em>b</em></h3>' in found.html
    assert '<h2 id="part-6">&lt;b&gt;E&lt;/b&gt;</h2>' in found.html


@pytest.mark.parametrize(
    ("markdown", "shown", "is_cut"),
    [
        ("a" * 400_000, 400_000, False),
        ("a" * 400_001, 400_000, True),
        ("first line\n" + "a" * 400_000, 10, True),
        ("\n" + "a" * 400_000, 400_000, True),
        ("", 0, False),
    ],
)
def test_of_a_very_long_text_the_beginning_is_shown(markdown: str, shown: int, is_cut: bool) -> None:
    found = render_markdown(markdown)
    assert (found.shown, found.is_cut) == (shown, is_cut)
