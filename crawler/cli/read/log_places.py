"""Where a text changed, for `log`: the words of each place (`-p`), or a line for each section (`--stat`)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crawler import fitting
from crawler.terminal import escaped_line
from db.history.comparison.differences import Difference

_NAME, _BAR = 50, 30  # the widest name of a section, and the longest bar, in columns


@dataclass
class SectionSize:
    """How many words of a section a change added and removed. `section` is its heading, "" for none."""

    section: str
    words_added: int = 0
    words_removed: int = 0

    @property
    def words(self) -> int:
        """Words added and removed together."""
        return self.words_added + self.words_removed


def patch_lines(places: Iterable[Difference]) -> Iterator[str]:
    """Yield the words of the places that count, below the headings of their sections."""
    section = None
    for place in places:
        if place.counts:
            if place.section != section:
                section = place.section
                yield f"@@ {_name(section)}"
            words = (f"[-{place.removed}-]", f"{{+{place.added}+}}")
            yield "  " + " ".join(shown for shown in words if len(shown) > 4)


def sizes(places: Iterable[Difference]) -> list[SectionSize]:
    """Return the sections with places that count, in the order of the text.

    Their sum is the size of the change.
    """
    found: dict[str, SectionSize] = {}
    for place in places:
        if place.counts:
            size = found.setdefault(place.section, SectionSize(place.section))
            size.words_added += place.new_end - place.new_start
            size.words_removed += place.old_end - place.old_start
    return list(found.values())


def stat_lines(sections: Sequence[SectionSize], width: int | None) -> Iterator[str]:
    """Yield a line for each section, as `git log --stat` does for files.

    It has the heading, the number of words and a bar of `+` and `-`. Long headings are cut. With a `width`,
    the lines have at most that many columns.
    """
    if not sections:
        return
    most = max(section.words for section in sections)
    digits = len(str(most))
    bar = min(_BAR, most, _BAR if width is None else width // 3)
    room = _NAME if width is None else max(width - digits - bar - len(" |   "), 10)
    widest = min(max(fitting.columns(_name(section.section)) for section in sections), _NAME, room)
    for section in sections:
        signs = "".join(
            sign * (max(1, round(bar * words / most)) if words else 0)
            for sign, words in (("+", section.words_added), ("-", section.words_removed))
        )
        yield f"{fitting.padded(_name(section.section), widest)} | {section.words:>{digits}} {signs}"


def _name(section: str) -> str:
    return escaped_line(section) or "(before the first heading)"
