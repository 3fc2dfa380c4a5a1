"""The golden data of the demo archive: its tables, schema, readers' JSON, exports and answers."""

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from tests.support.archives import rows
from tests.support.golden import goldens
from tests.support.golden.web import ask

PAGE = "p.retailer, p.kind, g.urlkey"
JOIN = "join pages g on g.id = x.page_id join policies p on p.id = g.policy_id"
TABLES = {  # with natural keys, because numbers of rows depend on the order of the answers
    "bodies": "select sha256, size from bodies",
    "captures": f"""select {PAGE}, x.archive, x.captured_at, x.original, x.mimetype, x.status, x.digest,
        x.length, x.state, x.verdict, x.reason, x.attempts, x.fetched_at, sha256(x.headers) as headers,
        substr(b.sha256, 1, 16) as body, substr(t.sha256, 1, 16) as text
        from captures x {JOIN} left join bodies b on b.id = x.body_id
        left join texts t on t.id = x.text_id""",
    "clues": f"""select {PAGE}, x.way, c.timestamp, c.original, x.text, x.noted_at from clues x {JOIN}
        left join captures c on c.id = x.capture_id""",
    "coverage": f"select {PAGE}, x.archive, x.listed_from, x.listed_to, x.whole_at from coverage x {JOIN}",
    "pages": "select p.retailer, p.kind, x.* from pages x join policies p on p.id = x.policy_id",
    "texts": """select sha256, title, sha256(markdown), language, words, completeness, extractor,
        sha256(wording) from texts""",
    **{
        name: f"select * from {name}"
        for name in (
            "changes",
            "conflicts",
            "crawls",
            "known_changes",
            "policies",
            "retailers",
            "saves",
            "searches",
            "versions",
            "variants",
        )
    },
}
VIEWS = [
    "_sqlite_migrations",
    "capture_health",
    "change_log",
    "conflicting_captures",
    "gaps",
    "latest_policies",
    "lineage",
    "timeline",
    "version_texts",
]
UNSTABLE = {"pages": ("id",), "known_changes": ("id",)}  # keys in the order of the answers, or of the workers
LONG = 600  # characters; the hash of a longer value replaces it
READERS = {
    "status": ["status", "archive.db"],
    "status-gaps-6": [
        "status",
        "archive.db",
        "--gaps",
        "6",
        "northfork-outfitters.example",
        "quietkettle.example",
    ],
    "log": ["log", "archive.db", "--presentation"],
    "log-number": ["log", "archive.db", "-n", "1"],
    "log-why": [
        "log",
        "archive.db",
        "--why",
        "velvetbyte.example",
        "oldmill-hardware.example",
        "saltmarsh-goods.example",
    ],
    "search": ["search", "archive.db", "privacy"],
    "search-phrase": ["search", "archive.db", '"third parties"', "-n", "50"],
    "search-nothing": ["search", "archive.db", "zeppelin"],
}
TIMEMAPS = (
    "/web/timemap/link/http://www.tinydrum-toys.example/privacy.htm",
    "/web/timemap/json/https://velvetbyte.example/policies/privacy",
    "/web/timemap/cdx/https://velvetbyte.example/policies/privacy",
)
CDX = (
    "url=https://velvetbyte.example/policies/privacy&output=json",
    "url=velvetbyte.example&matchType=domain&collapse=digest&fl=timestamp,original,statuscode,digest",
    "url=northfork-outfitters.example/*&output=json&filter=!statuscode:200",
    "url=nobody.example&output=json",
    "url=velvetbyte.example/*&showNumPages=true",
)
OTHERS = (
    "/archive/-/changes.atom",
    "/archive/-/policies/velvetbyte.example/changes.atom",
    "/web/2020id_/http://nobody.example/",
)


def data(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the names and contents of the golden data.

    `folder` is the current folder, and has archive.db.
    """
    archive = folder / "archive.db"
    yield "schema.sql", _schema(archive)
    for name, query in TABLES.items():
        yield f"table-{name}.jsonl", goldens.lines(_rows(archive, name, query))
    for name in VIEWS:
        yield f"view-{name}.jsonl", goldens.lines(_rows(archive, name, f"select * from {name}"))
    for name, arguments in READERS.items():
        yield f"{name}.json", goldens.run_command(*arguments, "--json")[0]
    domains = [domain for (domain,) in rows(archive, "select domain from retailers order by 1")]
    for name, years in (("show", ("", "2010", "2016-05")), ("diff", ("", "2010 2018"))):
        asked = [[name, "archive.db", domain, *year.split()] for domain in domains for year in years]
        yield f"{name}.jsonl", "".join(_line(*arguments, "--json") for arguments in asked)
    yield from _exports(folder)
    answers = [*(f"/cdx/search/cdx?{query}" for query in CDX), *TIMEMAPS, *OTHERS]
    yield "answers.txt", "".join(_answer(archive, path) for path in answers)


def _schema(archive: Path) -> str:
    made = rows(archive, "select type, name, sql from sqlite_master order by type, name")
    numbers = [(name, *rows(archive, f"pragma {name}")[0]) for name in ("user_version", "application_id")]
    return "".join(f"{' '.join(map(str, row))}\n" for row in [*numbers, *made])


def _rows(archive: Path, name: str, query: str) -> Iterator[dict[str, Any]]:
    with closing(sqlite3.connect(archive)) as db:
        db.create_function("sha256", 1, lambda value: None if value is None else goldens.sha256(value))
        found = db.execute(query)
        names = [column[0] for column in found.description]
        for row in found:
            values = {key: _short(value) for key, value in zip(names, row, strict=True)}
            yield {key: value for key, value in values.items() if key not in UNSTABLE.get(name, ())}


def _short(value: Any) -> Any:
    long = isinstance(value, str | bytes) and len(value) > LONG
    return f"sha256 {goldens.sha256(value)}" if long else value


def _line(*arguments: str) -> str:
    out, _, status = goldens.run_command(*arguments)
    value = _shortened(json.loads(out)) if not status else None
    return json.dumps([" ".join(arguments), status, value], ensure_ascii=False) + "\n"


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shortened(part) for key, part in value.items()}
    return [_shortened(part) for part in value] if isinstance(value, list) else _short(value)


def _exports(folder: Path) -> Iterator[tuple[str, str]]:
    out = folder / "exports"
    out.mkdir()
    for form in ("jsonl", "csv", "markdown", "git", "warc"):
        goldens.run_command("export", "archive.db", str(out / form), "--format", form)
    goldens.run_command(
        "export",
        "archive.db",
        str(out / "few"),
        "--format",
        "jsonl",
        "--from",
        "2012",
        "--to",
        "2016",
        "--latest",
    )
    versions = [_shortened(json.loads(line)) for line in (out / "jsonl").open(encoding="utf-8")]
    yield "export.jsonl", "".join(f"{json.dumps(version, ensure_ascii=False)}\n" for version in versions)
    yield "export-jsonl.sums", goldens.sums(out / "jsonl")
    yield "export-few.sums", goldens.sums(out / "few")
    yield "export.csv", (out / "csv").read_bytes().decode()
    yield "export-markdown.sums", goldens.sums(out / "markdown")
    yield "export-warc.sums", goldens.sums(out / "warc")
    log = [
        "git",
        "-C",
        str(out / "git"),
        "log",
        "--all",
        "--format=commit %H tree %T%n%an <%ae> %aI, %cn <%ce> %cI%n%B",
    ]
    yield "export-git.txt", subprocess.run(log, check=True, capture_output=True, text=True).stdout
    with suppress(ModuleNotFoundError):
        yield "export-parquet.txt", _parquet(out)


def _parquet(out: Path) -> str:
    from pyarrow import parquet  # noqa: PLC0415

    goldens.run_command("export", "archive.db", str(out / "parquet"), "--format", "parquet")
    table = parquet.read_table(out / "parquet")
    types = [f"{field.name}: {field.type}" for field in table.schema]
    return "\n".join([*types, f"rows: {goldens.sha256(goldens.lines(table.to_pylist()))}", ""])


def _answer(archive: Path, path: str) -> str:
    answer = ask(archive, path)
    kept = {"content-type", "link", "location", "memento-datetime", "access-control-allow-origin"}
    body = _short(answer.text) if len(answer.text) > 40_000 else answer.text  # a feed of all changes
    headers = "".join(f"{key}: {value}\n" for key, value in sorted(answer.headers.items()) if key in kept)
    return f"GET {path}\n{answer.status_code}\n{headers}\n{body}\n\n"
