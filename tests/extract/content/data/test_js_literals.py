import pytest

from extract.content.data.js_literals import MAX_DEPTH, MAX_TOKENS, Reader, long_strings, unescaped


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("{title: 'Policy', body: \"It's ours\", n: 2, yes: true, none: null}",
         {"title": "Policy", "body": "It's ours", "n": 2, "yes": True}),
        ("{a: `two\nlines`, 'b-c': ['x', \"y\",], 3: 'three'}",
         {"a": "two\nlines", "b-c": ["x", "y", None], "3": "three"}),
        ("['a ' + 'b' + \"c\", 1 + 2, x + 'y']", ["a bc", None, None]),
        ("{/* note */ a: 'x', // and: 'so'\n b: 'z'}", {"a": "x", "b": "z"}),
        ("{f: function (a, b) { return {c: 'no'} }, g() { return 'no' }, ...rest, h: (a) => 'no', i: 'yes'}",
         {"i": "yes"}),
        ("{a: new Date('2018'), b: !0, c: void 0, d: x.y.z, e: 'yes'}", {"e": "yes"}),
        ("{a: {b: [{c: 'deep'}]}}", {"a": {"b": [{"c": "deep"}]}}),
        ("{a: '\\u00e9\\x41\\n\\'', b: \"\\u{1F4A1}\"}", {"a": "éA\n'", "b": "💡"}),
        ("{a: 'not closed", {}),
        ("{a: [1, 2", {"a": [1, 2]}),
        ("", None),
    ],
)  # fmt: skip
def test_values_of_code(code, value):
    assert Reader().value(code, 0)[0] == value


def test_the_end_of_a_value():
    code = "a = {b: 'c'}; d = 1"
    assert Reader().value(code, 4) == ({"b": "c"}, code.index(";"))


def test_the_function_of_nuxt():
    code = (
        'window.__NUXT__=(function(a,b,c){return {layout:a,data:[{title:b,text:"Hello",no:c}],state:{}}}'
        '("default","Privacy",null));'
    )
    data = [{"title": "Privacy", "text": "Hello"}]
    assert Reader().of_nuxt(code) == {"layout": "default", "data": data, "state": {}}


@pytest.mark.parametrize("code", ["", "window.__NUXT__={}", "window.__NUXT__=(function(a){a()})"])
def test_without_such_a_function(code):
    assert Reader().of_nuxt(code) is None


def test_deep_and_long_code_has_limits():
    deep = "[" * 100_000
    value, _ = Reader().value(deep, 0)
    for _ in range(MAX_DEPTH - 1):
        assert isinstance(value, list)
        value = value[0]
    assert value == [None]
    value, end = Reader().value("[" + "1," * MAX_TOKENS, 0)
    assert isinstance(value, list)
    assert (len(value) < MAX_TOKENS, end) == (True, 2 * MAX_TOKENS + 1)
    assert Reader().value("[" + "'a'+" * MAX_TOKENS, 0)[0] == ["a" * (MAX_TOKENS // 2)]


def test_long_strings():
    code = "a('short'); b(\"" + "x" * 50 + "\"); // don't\nc('" + "y" * 50 + "'); d(`z\n" + "z" * 50 + "`)"
    assert list(long_strings(code, 40)) == ["x" * 50, "y" * 50, "z\n" + "z" * 50]


def test_escapes():
    assert unescaped(r"a\n\t\"\/\ud83d\udca1\x41\u{41}\q") == 'a\n\t"/💡AAq'
