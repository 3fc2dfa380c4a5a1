import pytest

from extract.content.data import quill, rich_text

DELTA = [
    {"insert": "What we keep"},
    {"insert": "\n", "attributes": {"header": 2}},
    {"insert": "We keep "},
    {"insert": "names", "attributes": {"bold": True}},
    {"insert": " for 30 days.\nAnd <all> "},
    {"insert": "of it", "attributes": {"link": "/list"}},
    {"insert": "\none"},
    {"insert": "\n", "attributes": {"list": "bullet"}},
    {"insert": "two"},
    {"insert": "\n", "attributes": {"list": "bullet"}},
    {"insert": "first"},
    {"insert": "\n", "attributes": {"list": "ordered"}},
    {"insert": {"image": "x.png"}},
    {"insert": "struck", "attributes": {"strike": True}},
    {"insert": "The end."},
]
HTML = (
    "<h2>What we keep</h2><p>We keep <strong>names</strong> for 30 days.</p>"
    '<p>And &lt;all&gt; <a href="/list">of it</a></p><ul><li>one</li><li>two</li></ul><ol><li>first</li></ol>'
    "<p>The end.</p>"
)


@pytest.mark.parametrize("value", [DELTA, {"ops": DELTA}])
def test_a_text_of_quill(value):
    assert rich_text.html(value) == HTML


@pytest.mark.parametrize(
    "value", [None, "insert", [], {"ops": []}, {"ops": "x"}, [{"text": "a"}], ["insert"]]
)
def test_other_values(value):
    assert quill.insertions(value) is None
