import json
from urllib.parse import quote

import pytest

from extract import extract_policy

URL = "https://www.quillfern.example/privacy"
SENTENCES = [
    "This privacy policy explains how we use and disclose the personal information that you give us.",
    "We collect your name and your e-mail address when you order, and we also collect your IP address.",
    "We share it with service providers who process your personal data for us, and with no third parties.",
    "Our site uses cookies. You may refuse them, and you may withdraw your consent at any time by e-mail.",
    "You may opt out of our newsletter, or unsubscribe.",
    "So it is.",
]
BODY = "\n\n".join(SENTENCES)
HTML = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
NODES = [
    {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": sentence}]} for sentence in SENTENCES
]
DATA = {"props": {"page": {"title": "Our policy", "body": {"nodeType": "document", "content": NODES}}}}
TITLED = f"## Our policy\n\n{BODY}"


def extract(body):
    page = f"<html><head><title>Privacy Policy</title></head><body><div id=root></div>{body}</body></html>"
    return extract_policy(page.encode(), url=URL)


def script(text, attributes=""):
    return f"<script {attributes}>{text}</script>"


@pytest.mark.parametrize(
    "body",
    [
        script(json.dumps(DATA), 'type="application/json"'),
        script(json.dumps(DATA), 'id="__NEXT_DATA__" type="application/json"'),
        script(json.dumps(DATA), 'type="application/vnd.shop+json"'),
        script(f"window.__STATE__ = {json.dumps(DATA)}; start();"),
        script(f"var none = {{}}, a = {{b: 1}}, state={json.dumps(DATA)}"),
        script(f"window.state = JSON.parse({json.dumps(json.dumps(DATA))});"),
        script("window.state = JSON.parse('{}');".format(json.dumps(DATA).replace('"', "\\x22"))),
        script(f'window.state = JSON.parse(decodeURIComponent("{quote(json.dumps(DATA))}"));'),
        f"<div id=app data-page='{json.dumps(DATA)}'></div>",
        script(json.dumps({"props": json.dumps(DATA)}), 'type="application/json"'),
    ],
    ids=["json", "next", "other json", "assignment", "second assignment", "JSON.parse", "escapes", "encoded",
         "attribute", "json in json"],
)  # fmt: skip
def test_text_in_data_is_read_with_its_title_and_short_strings(body):
    document = extract(body)
    assert (document.verdict, document.body) == ("policy", TITLED)
    assert document.reason.endswith("read from data that scripts would show")
    assert document.completeness == 1.0


JS = json.dumps(DATA).replace('"nodeType"', "nodeType").replace('"value"', "value").replace('"', "`")


@pytest.mark.parametrize(
    "body",
    [
        script(f"var page = {JS}, x = function () {{ return 1 }};"),
        script(f"var page = {JS.replace('i', chr(92) + 'u0069')};"),
        script(f"window.__NUXT__=(function(a){{return {{data:[{JS}],error:a}}}}(null));"),
    ],
    ids=["bare names", "escaped letters", "nuxt"],
)
def test_objects_of_code_that_are_no_json_are_read(body):
    assert (extract(body).verdict, extract(body).body) == ("policy", TITLED)


@pytest.mark.parametrize(
    "body",
    [
        script(f"show('{HTML}');"),
        script(f'// don\'t\ndocument.write("{HTML}");'),
        script(f"const text = `{HTML}`;"),
        script(HTML, 'type="text/x-template"'),
        script(BODY, 'type="text/markdown"'),
        f"<div id=app data-text='{HTML}'></div>",
    ],
    ids=["single quotes", "double quotes", "backticks", "template", "markdown", "attribute"],
)
def test_long_strings_of_code_and_templates_are_read(body):
    assert (extract(body).verdict, extract(body).body) == ("policy", BODY)


def test_sentences_of_the_data_that_were_not_taken_lower_the_completeness():
    lost = f"{SENTENCES[2]} We share it with third parties who ask, in a contract."
    data = {"page": {"parts": {"body": NODES * 2, "more": NODES * 2}, "note": {"x": {"y": lost, "z": "no"}}}}
    menu = {"footer": {"text": SENTENCES[3]}, "seo": {"description": SENTENCES[2]}}
    whole = extract(script(json.dumps(data["page"] | menu), 'type="application/json"'))
    assert whole.completeness == 1.0
    data = {"page": {"parts": {"body": NODES * 9, "title": "Privacy"}, "note": {"y": lost, "z": "no"}}}
    document = extract(script(json.dumps(data | menu), 'type="application/json"'))
    assert document.completeness < 1.0
    assert document.reason.endswith("left out 29 words: data of scripts")


def push(text):
    return "".join(
        script(f"self.__next_f.push({json.dumps([1, text[start : start + 700]])})")
        for start in range(0, len(text), 700)
    )


def element(tag, children, **properties):
    return ["$", tag, None, {"children": children, **properties}]


MAIN = element("main", [element("p", sentence) for sentence in SENTENCES])
SECTION = element("section", [element("p", sentence) for sentence in SENTENCES[:3]])
REST = [element("p", [sentence]) for sentence in SENTENCES[3:]]
INNER = '["$","div",null,{"dangerouslySetInnerHTML":{"__html":"$2"}}]'


@pytest.mark.parametrize(
    "rows",
    [
        [f"0:{json.dumps(MAIN)}"],
        ['1:I[8,["static/a.js"],"Page"]', f'0:["$","$L1",null,{json.dumps(DATA["props"])}]'],
        [f"2:T{len(HTML):x},{HTML}0:{INNER}"],
        [
            f"0:{json.dumps(element('main', ['$L3', '$4']))}",
            f"3:{json.dumps(SECTION)}",
            f"4:{json.dumps(REST)}",
        ],
    ],
    ids=["elements", "component", "text row", "references"],
)
def test_pieces_of_a_next_page_are_joined(rows):
    document = extract(script("self.__next_f=self.__next_f||[]") + push("\n".join(rows) + "\n"))
    assert document.verdict == "policy"
    assert document.body.removeprefix("## Our policy\n\n") == BODY


def test_rows_that_refer_to_themselves_end():
    row = json.dumps(element("div", ["$0", "$1", *SENTENCES]))
    assert extract(push(f"0:{row}\n1:{json.dumps(['$1'] * 9)}\n2:{row}\n")).verdict in {
        "policy",
        "script-only",
    }


def test_a_nuxt_page_is_read_through_its_references():
    data = [["Reactive", 1], {"title": 2, "html": 3, "next": 0}, "Our policy", HTML]
    document = extract(script(json.dumps(data), 'id="__NUXT_DATA__" type="application/json"'))
    assert document.body.startswith(TITLED)


def test_of_several_documents_the_one_named_as_a_privacy_policy_is_read():
    terms = [
        {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": text}]}
        for text in [
            "These terms say how you buy lamps, how we collect your money, and what happens if a lamp breaks."
        ]
        * 9
    ]
    data = {
        "menu": [{"label": "New lamps for old"}, {"label": "All our lamps"}],
        "documents": [
            {"slug": "/terms", "body": {"nodeType": "document", "content": terms}},
            {"slug": "/privacy-policy", "body": {"nodeType": "document", "content": NODES}},
        ],
    }  # fmt: skip
    assert extract(script(json.dumps(data), 'type="application/json"')).body == BODY
    strings = {"termsHtml": "<p>Buy lamps and collect your personal data.</p>" * 9, "privacyHtml": HTML}
    assert extract(script(json.dumps(strings), 'type="application/json"')).body == BODY


def test_sections_of_one_text_are_all_read():
    sections = [{"headline": f"Part {n}", "text": text} for n, text in enumerate(SENTENCES, 1)]
    data = {
        "page": {"intro": "Please read this.", "sections": sections, "footer": {"note": "All our lamps."}}
    }
    assert extract(script(json.dumps(data), 'type="application/json"')).body == (
        "Please read this.\n\n" + "\n\n".join(f"## Part {n}\n\n{text}" for n, text in enumerate(SENTENCES, 1))
    )


@pytest.mark.parametrize("name", ["cookieConsent", "gdpr", "consent", "cookies", "cookie_banner", "cmpTexts"])
def test_the_text_of_a_cookie_banner_is_no_policy(name):
    data = {"page": {"title": "Page not found"}, name: {"title": "We value you", "paragraphs": SENTENCES}}
    assert extract(script(json.dumps(data), 'type="application/json"')).body == ""


@pytest.mark.parametrize("name", ["privacyModal", "privacy-and-cookies", "cookiePolicy", "content"])
def test_a_policy_with_another_name_is_read(name):
    data = {"page": {"title": "Lamps"}, name: {"title": "Our policy", "paragraphs": SENTENCES}}
    assert extract(script(json.dumps(data), 'type="application/json"')).body == TITLED


def test_noscript_keeps_its_structure():
    document = extract(
        f"<noscript><h2>Our policy</h2>{HTML.replace('no third', '<b>no</b> third')}</noscript>"
    )
    assert document.body == TITLED.replace("no third", "**no** third")


@pytest.mark.parametrize(
    "text", ["{", "[" * 5000, '{"a": ' * 3000, "null", '"' + "a" * 999, "={" * 5000, "=[" * 5000]
)
def test_what_is_no_json_is_no_text(text):
    for body in (
        script(text, 'type="application/json"'),
        script(text),
        f"<i data-a='{text}'></i>",
        push(text),
    ):
        assert extract(body).body == ""


def test_a_visible_policy_is_not_replaced():
    assert extract(HTML + script(json.dumps(DATA), 'type="application/json"')).body == BODY
