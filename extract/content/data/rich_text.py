"""Rich text in JSON, as HTML: the trees of editors and content systems, and plain objects around them.

The formats (Contentful, Portable Text, Lexical, ProseMirror, Slate, Draft.js, Editor.js, Prismic, HTML as a
tree) agree so far that one table of kinds reads them all: a node names its kind, and has children or a text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

from extract.content.data import quill, script_data
from extract.content.data.markup import BLOCK_TAG, TAG, text_html
from extract.html.tags import BLOCKS

MAX_DEPTH = 150
"""Values deeper than this are left out. Rich text is about 20 deep."""

_KIND_NAMES = ("nodeType", "_type", "tag", "tagName", "type", "style")
_CHILD_NAMES = ("content", "children", "nodes", "blocks", "items")
_TEXT_NAMES = ("value", "text", "content", "html", "children")
_KINDS = {
    "paragraph": "p",
    "normal": "p",
    "unstyled": "p",
    "text": "",
    "span": "",
    "leaf": "",
    "bulletlist": "ul",
    "unorderedlist": "ul",
    "bulletedlist": "ul",
    "list": "ul",
    "orderedlist": "ol",
    "numberedlist": "ol",
    "listitem": "li",
    "unorderedlistitem": "li",
    "bulletedlistitem": "li",
    "orderedlistitem": "ol-li",
    "numberedlistitem": "ol-li",
    "olistitem": "ol-li",
    "hyperlink": "a",
    "link": "a",
    "autolink": "a",
    "entryhyperlink": "a",
    "assethyperlink": "a",
    "quote": "blockquote",
    "linebreak": "br",
    "hardbreak": "br",
    "break": "br",
    "horizontalrule": "hr",
    "thematicbreak": "hr",
    "delimiter": "hr",
    "bold": "strong",
    "emphasis": "em",
    "italic": "em",
    "tablerow": "tr",
    "tablecell": "td",
    "tableheader": "th",
    "tableheadercell": "th",
    "document": "body",
    "doc": "body",
    "root": "body",
}
_INLINE = {"", "a", "strong", "em", "b", "i", "u", "br", "code", "sup", "sub", "small", "font"}
_KINDS |= {tag: tag for tag in BLOCKS | _INLINE if tag}
_HEADING = re.compile(r"(?:heading|header|h)(one|two|three|four|five|six|[1-6])?")
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_MARKS = {"bold": "strong", "strong": "strong", "b": "strong", "italic": "em", "em": "em", "emphasis": "em"}
_STRUCK = re.compile(r"strike|^s$|^del", re.I)
_LEXICAL_BITS = ((1, "bold"), (2, "italic"), (4, "strike"))

# Names of values that are no text of the page.
_NO_TEXT = re.compile(
    r"[_$@].*|(?:.*[a-z_-])?(?:id|ids|key|slug|uri|url|href|src|srcset|at|date|class|classname|type|types|kind"
    r"|locale|lang|language|style|styles|alt|icon|image|images|color|template|layout|theme|variant|target|rel"
    r"|path|route|query|token|hash|version|author|tags|keywords|seo|meta|metadata|opengraph|mimetype|format)"
    r"|(?:seo|meta|og|twitter|aria|data-).*|sys|viewbox|d",
    re.I,
)
_TITLE = re.compile(r"(?:.*[a-z_-])?(?:title|headline|heading|header|question|label|name)", re.I)
_CONTENT = re.compile(
    r"(?:.*[a-z_-])?(?:text|body|content|value|description|copy|answer|html|markdown|paragraph|address)", re.I
)
_ITEMS = re.compile(r"(?:.*[a-z_-])?(?:items|list|bullets|points)", re.I)
_LONGEST_ITEM = 400
_ASIDE = re.compile(
    r"nav|menu|footer|header|banner|breadcrumb|cookie|consent|newsletter|related|recommend|search|cart|basket",
    re.I,
)
_CODE_LIKE = re.compile(r"\S*|[\d\s.,:TZ+-]*")
_MARKDOWN = re.compile(r"^#{1,6} +\S|^ {0,3}[-*+] +\S|^ {0,3}\d{1,3}[.)] +\S|\*\*\S|\]\(\S", re.M)


def html(value: object) -> str:
    """Return a JSON value as HTML, or "" if it contains no text.

    An object whose name is that of boilerplate becomes a ``div`` with this class. A string that is named as a
    title becomes a heading.
    """
    return _value(value, "", 0, 2)


def is_no_text(name: str) -> bool:
    """Return whether a name is that of a value without text, of a menu or of a banner."""
    return bool(_NO_TEXT.fullmatch(name) or _ASIDE.search(name))


def kind(value: object) -> str | None:
    """Return the HTML tag of a node of rich text, "" for a piece of text, or None for any other value.

    ``ol-li`` is the item of an ordered list without a list around it.
    """
    if not isinstance(value, Mapping):
        return None
    for name in _KIND_NAMES:
        named = value.get(name)
        if not isinstance(named, str):
            continue
        plain = re.sub(r"[^a-z0-9]", "", named.lower())
        if heading := _HEADING.fullmatch(plain):
            return f"h{_level(heading[1], value)}"
        if plain == "block":
            return _portable_kind(value)
        if plain in _KINDS:
            tag = _KINDS[plain]
            return "ol" if tag == "ul" and _is_ordered(value) else tag
    is_leaf = isinstance(value.get("text"), str) and all(
        isinstance(other, bool) for name, other in value.items() if name != "text"
    )
    return "" if is_leaf else None


def _level(written: str | None, node: Mapping[str, object]) -> int:
    attributes, data = node.get("attrs"), node.get("data")
    for source in (node, attributes, data):
        for name in ("level", "depth", "tag"):
            found = source.get(name) if isinstance(source, Mapping) else None
            if match := re.fullmatch(r"h?([1-6])", str(found)):
                return int(match[1])
    return _NUMBERS.get(written or "") or int(written or 2)


def _is_ordered(node: Mapping[str, object]) -> bool:
    data = node.get("data")
    sources = (node, data) if isinstance(data, Mapping) else (node,)
    named = [str(source.get(name)) for source in sources for name in ("listType", "format", "style", "tag")]
    return node.get("ordered") is True or any(name in {"ol", "ordered", "number"} for name in named)


def _portable_kind(node: Mapping[str, object]) -> str:
    if "listItem" in node:
        return "ol-li" if node["listItem"] == "number" else "li"
    style = str(node.get("style") or "normal").lower()
    return style if re.fullmatch(r"h[1-6]|blockquote", style) else "p"


def _value(value: object, name: str, depth: int, level: int) -> str:
    if isinstance(value, str):
        return _string(value, name, level)
    if depth > MAX_DEPTH or not isinstance(value, Sequence | Mapping):
        return ""
    if (insertions := quill.insertions(value)) is not None:
        return quill.html(insertions)
    if isinstance(value, Sequence):
        return _sequence(value, name, depth, level)
    tag = kind(value)
    if tag is None:
        return _object(value, name, depth, level)
    written = _node(value, tag, depth, level)
    return f"<p>{written}</p>" if tag in _INLINE and written else written


def _string(text: str, name: str, level: int) -> str:
    if text[:1] in {"{", "["} and len(text) >= script_data.LEAST_LENGTH:
        nested = script_data.parsed(text)
        return "" if isinstance(nested, str | None) else html(nested)
    if _NO_TEXT.fullmatch(name) or not re.search(r"[^\W\d_]", text):
        return ""
    if _TITLE.fullmatch(name) and len(text) < 200:
        return f"<h{level}>{text if TAG.search(text) else escape(text, quote=False)}</h{level}>"
    if name and _CODE_LIKE.fullmatch(text.strip()) and not _CONTENT.fullmatch(name):
        return ""
    return text_html(text)


def _object(value: Mapping[str, object], name: str, depth: int, level: int) -> str:
    titled = any(isinstance(text, str) and _TITLE.fullmatch(part) for part, text in value.items())
    inner = "".join(
        _value(part, part_name, depth + 1, min(6, level + (titled and not isinstance(part, str))))
        for part_name, part in value.items()
        if not _NO_TEXT.fullmatch(part_name) or not isinstance(part, str | Mapping)
    )
    return f'<div class="{escape(name)}">{inner}</div>' if inner and _ASIDE.search(name) else inner


def _sequence(values: Sequence[object], name: str, depth: int, level: int) -> str:
    """Return the values of a list as HTML. Items of lists are put into lists, by their level."""
    if _ITEMS.fullmatch(name) and len(values) > 1 and all(_is_short(value) for value in values):
        items = (value if TAG.search(value) else escape(value, quote=False) for value in map(str, values))
        return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
    kinds = [kind(value) for value in values]
    if values and all(tag in _INLINE for tag in kinds) and not _are_paragraphs(values):
        return f"<p>{_inline(values, depth, level, {})}</p>"
    pieces: list[str] = []
    open_lists: list[str] = []
    for value, tag in zip(values, kinds, strict=True):
        wanted = _list_level(value) if tag in {"li", "ol-li"} else 0
        while len(open_lists) > wanted:
            pieces.append(f"</{open_lists.pop()}>")
        while len(open_lists) < wanted:
            open_lists.append("ol" if tag == "ol-li" else "ul")
            pieces.append(f"<{open_lists[-1]}>")
        pieces.append(_value(value, name, depth + 1, level))
    pieces += [f"</{tag}>" for tag in reversed(open_lists)]
    return "".join(pieces)


def _is_short(value: object) -> bool:
    return isinstance(value, str) and len(value) < _LONGEST_ITEM and not BLOCK_TAG.search(value)


def _are_paragraphs(values: Sequence[object]) -> bool:
    """Return whether pieces of text are paragraphs of their own: each one ends like a sentence."""
    texts = [value.get("text") or value.get("value") for value in values if isinstance(value, Mapping)]
    return all(isinstance(text, str) and text == text.strip() and text[-1:] in ".!?:;" for text in texts)


def _list_level(value: object) -> int:
    level, depth = (value.get("level"), value.get("depth")) if isinstance(value, Mapping) else (1, 0)
    if isinstance(level, int):
        return min(6, max(1, level))
    return min(6, depth + 1) if isinstance(depth, int) and depth >= 0 else 1


def _node(
    node: Mapping[str, object], tag: str, depth: int, level: int, links: Mapping[str, str] | None = None
) -> str:
    """Return a node of rich text as HTML, with its children or its text.

    ``links`` are the addresses of links that the node above names by a key (Portable Text).
    """
    if tag in {"br", "hr"}:
        return f"<{tag}>"
    if depth > MAX_DEPTH:
        return ""
    inner = ""
    for source in (node, node.get("data")):
        if inner or not isinstance(source, Mapping):
            continue
        lists = [source[name] for name in _CHILD_NAMES if isinstance(source.get(name), list)]
        children = lists[0] if lists else []
        inner = _children(children, tag, depth + 1, level, _link_keys(node))
        texts = (source[name] for name in _TEXT_NAMES if isinstance(source.get(name), str))
        inner = inner or _piece(next(texts, ""))
    if not inner and isinstance(child := node.get("children"), Mapping):
        inner = _value(child, "", depth + 1, level)
    if tag == "body":
        return inner
    if not inner or tag == "":
        return _marked(inner, node, links or {})
    if tag == "a":
        return f'<a href="{escape(_target(node))}">{inner}</a>'
    names = " ".join(str(node[name]) for name in ("className", "id") if isinstance(node.get(name), str))
    tag = "li" if tag == "ol-li" else tag
    return f'<{tag} class="{escape(names)}">{inner}</{tag}>' if names else f"<{tag}>{inner}</{tag}>"


def _children(children: Sequence[object], tag: str, depth: int, level: int, links: Mapping[str, str]) -> str:
    if tag in {"ul", "ol"}:
        items = (_inline([child], depth, level, links) for child in children)
        return "".join(
            item if re.match(r"<(?:li|ul|ol)\b", item) else f"<li>{item}</li>" for item in items if item
        )
    kinds = ["span" if isinstance(child, str) else kind(child) for child in children]
    if any(kind_ not in _INLINE | {"span"} for kind_ in kinds) and "" in kinds:
        return _sequence(children, "", depth, level)
    return _inline(children, depth, level, links)


def _inline(values: Sequence[object], depth: int, level: int, links: Mapping[str, str]) -> str:
    """Return values as they follow each other in a line, without paragraphs around pieces of text."""
    pieces: list[str] = []
    for value in values:
        if isinstance(value, str):
            pieces.append(_piece(value))
        elif isinstance(value, Mapping) and (tag := kind(value)) is not None:
            pieces.append(_node(value, tag, depth, level, links))
        elif isinstance(value, Sequence):
            pieces.append(_inline(value, depth + 1, level, links) if depth < MAX_DEPTH else "")
        else:
            pieces.append(_value(value, "", depth + 1, level))
    return "".join(pieces)


def _piece(text: str) -> str:
    return text if TAG.search(text) else escape(text, quote=False).replace("\n", "<br>")


def _link_keys(node: Mapping[str, object]) -> Mapping[str, str]:
    definitions = node.get("markDefs")
    links = definitions if isinstance(definitions, list) else []
    return {str(link.get("_key")): _target(link) for link in links if isinstance(link, Mapping)}


def _target(node: Mapping[str, object]) -> str:
    for source in (node, node.get("data"), node.get("attrs"), node.get("fields"), node.get("properties")):
        for name in ("href", "url", "uri"):
            if isinstance(source, Mapping) and isinstance(found := source.get(name), str):
                return found
    return ""


def _marked(inner: str, node: Mapping[str, object], links: Mapping[str, str]) -> str:
    """Return a piece of text with its bold, italics and links, or "" if it is struck."""
    listed = node.get("marks")
    marks = list(listed) if isinstance(listed, list) else []
    bits = node.get("format")
    marks += [name for bit, name in _LEXICAL_BITS if isinstance(bits, int) and bits & bit]
    marks += [name for name, value in node.items() if value is True]
    for mark in marks:
        named = str(mark.get("type") if isinstance(mark, Mapping) else mark)
        if _STRUCK.search(named):
            return ""
        target = _target(mark) if isinstance(mark, Mapping) else links.get(named, "")
        if target:
            inner = f'<a href="{escape(target)}">{inner}</a>'
        elif named in _MARKS and inner.strip():
            inner = f"<{_MARKS[named]}>{inner}</{_MARKS[named]}>"
    return inner
