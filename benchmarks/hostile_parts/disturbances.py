"""Kills, SIGHUP, two writers, a clock that jumps back, and places that cannot be written."""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common import POLICYTRAIL, Ended, Place, Row, end_of, start

from tests.support.policies import policy
from tests.support.warcs import HTML, record, zipped
from tests.support.wayback.standin import StandIn

EACH = 30
JUMP_SECONDS = 40.0
"""A command takes some seconds; longer, and it waits for the time before the jump."""
MOST_WAITS = 3
FORMATS = ("markdown", "jsonl", "csv", "warc", "git", "parquet")
SHOPS, MONTHS = 4, 12


def bodies(shop: str) -> Iterator[tuple[str, bytes]]:
    """Yield the month and page of each capture of a shop."""
    for month in range(1, MONTHS + 1):
        yield (
            f"2015{month:02d}01000000",
            policy(f"Revision {month // 3}.", shop) + f"<!-- {month} -->".encode(),
        )


def written_warc(place: Place) -> Path:
    """Return the WARC file of all captures, which is written once."""
    file = place.folder / "shops.warc.gz"
    if not file.exists():
        records = [
            record(HTML + body, f"http://{shop}/privacy", f"{day[:4]}-{day[4:6]}-01T00:00:00Z")
            for shop in (f"shop{number}.example" for number in range(SHOPS))
            for day, body in bodies(shop)
        ]
        file.write_bytes(zipped(*records))
    return file


def imported(place: Place) -> Path:
    """Return the archive of all captures, which is made once."""
    archive = place.folder / "whole.db"
    if not archive.exists():
        ended = place.run("import", archive, written_warc(place), "--jobs", 1)
        if ended.status:
            raise RuntimeError(f"the archive cannot be made: {ended.output}")
    return archive


def fresh(place: Place) -> Path:
    """Return a copy of that archive without anything beside it."""
    for old in place.folder.glob("a.db*"):
        old.unlink()
    return Path(shutil.copy(imported(place), place.folder / "a.db"))


def verified(place: Place, archive: Path) -> str:
    """Return what `verify` says against an archive, or ""."""
    return place.run("verify", archive, "--jobs", 1).wrong(0)


def kills_of_exports(place: Place) -> Iterator[Row]:
    """Kill exports at random moments; the same again ends with the files of an undisturbed one."""
    archive, right = fresh(place), {}
    for kind in FORMATS:
        right[kind] = (place.run("export", archive, place.folder / f"right-{kind}", "--format", kind),)
        right[kind] = content(place.folder / f"right-{kind}")
    for number in range(EACH):
        kind = FORMATS[number % len(FORMATS)]
        out = place.folder / f"out-{number}"
        after = place.rng.uniform(0.3, 2.0)
        command = ("export", archive, out, "--format", kind)
        place.run(*command, kill_after=after)
        ended = place.run(*command)
        wrong = ended.wrong(0) or ("" if content(out) == right[kind] else "other files than undisturbed")
        yield Row("kill", f"export {kind} after {after:.2f} s", wrong, ended.seconds, ended.megabytes)


def content(out: Path) -> dict[str, str]:
    """Return the name -> hash of each file of an export; of a repository, its commits' tree."""
    if (out / ".git").exists():
        told = subprocess.run(
            ["git", "-C", out, "log", "--format=%T %s"], capture_output=True, text=True, check=False
        )
        return {"log": told.stdout}
    files = [out] if out.is_file() else sorted(file for file in out.rglob("*") if file.is_file())
    return {
        file.relative_to(out).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
        if not file.name.endswith(".lock")
    }


def kills_of_rebuilds(place: Place) -> Iterator[Row]:
    """Kill rebuilds at random moments; the archive is sound, and the same again ends."""
    archive = fresh(place)
    for number in range(EACH):
        after = place.rng.uniform(0.3, 2.5)
        command = ("rebuild", archive, "--jobs", 1)
        killed = place.run(*command, kill_after=after)
        wrong = verified(place, archive) if number % 3 == 0 else ""
        ended = place.run(*command)
        yield Row(
            *("kill", f"rebuild after {after:.2f} s ({killed.status})", wrong or ended.wrong(0)),
            *(ended.seconds, ended.megabytes),
        )
    yield Row("kill", "verify after all rebuilds", verified(place, archive))


def hangups(place: Place) -> Iterator[Row]:
    """Send SIGHUP, as a closed terminal does; the archive is sound and the same again ends."""
    warc = written_warc(place)
    for number in range(EACH):
        archive = fresh(place)
        command = [
            ("import", archive.with_name("b.db"), warc, "--jobs", 1),
            ("rebuild", archive, "--jobs", 1),
            ("export", archive, place.folder / f"hup-{number}", "--format", "git"),
        ][number % 3]
        for old in place.folder.glob("b.db*"):
            old.unlink()
        after = place.rng.uniform(0.2, 2.0)
        hung = place.run(*command, kill_after=after, sign=signal.SIGHUP)
        wrong = hung.wrong(0, 3, -signal.SIGHUP, -signal.SIGINT)  # SIGHUP ends a command as Ctrl-C does
        ended = place.run(*command)
        wrong = wrong or ended.wrong(0) or (verified(place, Path(command[1])) if number % 5 == 0 else "")
        yield Row("hangup", f"{command[0]} after {after:.2f} s ({hung.status})", wrong, ended.seconds)


def two_writers(place: Place) -> Iterator[Row]:
    """Start two commands that write one archive; one works, and the other ends with a line."""
    warc = written_warc(place)
    for number in range(EACH):
        archive = fresh(place)
        commands = [
            ("import", archive, warc, "--jobs", 1),
            ("rebuild", archive, "--jobs", 1),
            ("merge", archive, imported(place), "--jobs", 1),
            ("export", archive, place.folder / f"two-{number}", "--format", "markdown"),
        ]
        pair = place.rng.sample(commands, 2)
        began = time.monotonic()
        processes = []
        for command in pair:
            processes.append(start(*POLICYTRAIL, *command, env=place.environment))
            time.sleep(place.rng.uniform(0, 0.6))
        ends = [end_of(process, began) for process in processes]
        wrong = next((found for ended in ends if (found := ended.wrong(0, 3))), "")
        if not any(ended.status == 0 for ended in ends):
            wrong = wrong or "neither did its work"
        wrong = wrong or (verified(place, archive) if number % 5 == 0 else "")
        case = " and ".join(
            f"{command[0]} ({ended.status})" for command, ended in zip(pair, ends, strict=True)
        )
        yield Row("two writers", case, wrong, max(ended.seconds for ended in ends))


def clocks(place: Place) -> Iterator[Row]:
    """Set the clock back while a command runs. It ends, and does not wait for the old time.

    The clock is an own library (clock.c): libfaketime 0.9.10 of Debian 12 breaks `time.sleep` of Python 3.11
    (OSError 22, also without a jump), because it takes monotonic times of sleeps for times of the day.
    """
    compiler, library = shutil.which("cc"), place.folder / "clock.so"
    if not compiler:
        yield Row("clock", "there is no C compiler", "not tried")
        return
    source = Path(__file__).with_name("clock.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source], check=True)
    file = place.folder / "clock"
    fake = {"LD_PRELOAD": str(library), "CLOCK_OFFSET": str(file)}
    with StandIn() as wayback:
        for number in range(SHOPS):
            shop = f"shop{number}.example"
            months, pages = zip(*bodies(shop), strict=True)
            wayback.add_captures(f"http://{shop}/privacy", *zip(months, pages, strict=True))
        waited = 0
        for number in range(EACH):
            if waited == MOST_WAITS:
                yield Row("clock", f"{EACH - number} more", "not tried after so many that waited")
                return
            archive = fresh(place)
            new = archive.with_name("b.db")
            for old in place.folder.glob("b.db*"):
                old.unlink()
            command = [
                (
                    *("crawl", new, "http://shop0.example/privacy", "--source", wayback.address, "--jobs", 1),
                    *("--cdx-per-minute", 600, "--replay-per-minute", 600),
                ),
                ("import", new, written_warc(place), "--jobs", 1),
                ("rebuild", archive, "--jobs", 1),
            ][number % 3]
            back = place.rng.choice([600, 90_000, 3_456_000, 284_000_000])
            file.write_text("0")
            wait = place.rng.uniform(0.2, 2.0)
            timer = threading.Timer(wait, file.write_text, [f"-{back}"])
            timer.start()
            ended = run_with(place, fake, command)
            timer.join()
            wrong = ended.wrong(0, most=JUMP_SECONDS)
            waited += ended.seconds > JUMP_SECONDS
            wrong = wrong or (verified(place, Path(command[1])) if number % 5 == 0 else "")
            yield Row("clock", f"{command[0]}, {back} s back after {wait:.2f} s", wrong, ended.seconds)


def run_with(place: Place, more: dict[str, str], command: tuple[object, ...]) -> Ended:
    """Run policytrail with further variables of the environment."""
    environment = place.environment | more
    return Place(place.folder, place.rng, place.demo, environment).run(*command, most=JUMP_SECONDS)


def read_only(place: Place) -> Iterator[Row]:
    """Run every command in a place that cannot be written. None may hang or show a traceback."""
    archive = fresh(place)
    mount = place.folder / "mount"
    mount.mkdir()
    with read_only_mount(mount, archive) as mounted:
        if not mounted:
            yield Row("read-only", "nothing can be mounted here", "not tried")
            return
        db, state = mount / "a.db", {"POLICYTRAIL_STATE": str(mount / "state")}
        reading = [
            ("status", db),
            ("log", db),
            ("log", db, "--json"),
            ("show", db, "shop0.example"),
            ("show", db, "shop0.example", "2015-06-01"),
            ("search", db, "information"),
            ("search", db, "privacy", "--json"),
            ("diff", db, "shop0.example", "2015-01-01", "2015-12-31"),
            ("diff", db, "shop0.example", "2015-01-01", "2015-12-31", "--json"),
            ("verify", db, "--jobs", 1),
            *(("export", db, place.folder / f"ro-{kind}", "--format", kind) for kind in FORMATS),
        ]
        writing = [
            ("rebuild", db),
            ("rebuild", db),
            ("verify", db, "--repair", "--jobs", 1),
            ("import", db, written_warc(place)),
            ("import", mount / "new.db", written_warc(place)),
            ("merge", db, imported(place)),
            ("merge", mount / "new.db", imported(place)),
            ("crawl", db, "shop0.example", "--source", "http://127.0.0.1:9"),
            ("crawl", mount / "new.db", "shop0.example", "--source", "http://127.0.0.1:9"),
            ("discover", db, "shop0.example", "--source", "http://127.0.0.1:9"),
            ("demo", mount / "demo"),
            *(("export", archive, mount / f"ro-{kind}", "--format", kind) for kind in FORMATS),
        ]
        for right, commands in (((0,), reading), ((2, 3, 4, 5), writing)):
            for command in commands:
                ended = run_with(place, state, command)
                case = " ".join(str(part).replace(str(place.folder), "…") for part in command)
                yield Row("read-only", case[:70], ended.wrong(*right), ended.seconds)


@contextmanager
def read_only_mount(mount: Path, *files: Path) -> Iterator[bool]:
    """Mount a file system with copies of files, and make it read-only. Yield False if that is forbidden."""
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=99m", "tmpfs", mount], capture_output=True, check=False
    )
    if made.returncode:
        yield False
        return
    try:
        for file in files:
            shutil.copy(file, mount)
        subprocess.run(["mount", "-o", "remount,ro", mount], check=True)
        yield True
    finally:
        subprocess.run(["umount", mount], check=True)


def rows(place: Place) -> Iterator[Row]:
    """Run all disturbances."""
    for scenario in (read_only, kills_of_exports, kills_of_rebuilds, hangups, two_writers, clocks):
        yield from scenario(place)
