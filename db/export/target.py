"""The place of a file or a folder that a user names: its links are followed, and devices are refused.

A complete file is moved to its place, which would replace a link or a device by a plain file. So the file is
moved to where the link leads. The rules are in docs/exports.md, "Links and devices".
"""

import stat
from pathlib import Path

from db.errors import ExportTargetError

_MOST_LINKS = 40  # one after the other, as in Linux (path_resolution(7))
_OPEN_FILES = Path("/proc")  # its links stand for files that a process has open, as those in /dev do


def resolve(out: Path) -> Path:
    """Return the path to write to: `out`, or where a link leads, whether something is there or not.

    Raises ExportTargetError for links in a circle, for what is neither a file nor a folder, and for links to
    open files, such as `/dev/stdout`: whoever opened such a file would not see the new one.
    """
    place = out
    try:
        for _ in range(_MOST_LINKS):
            if not place.is_symlink():
                break
            around = place.parent.resolve()
            if around == Path("/dev") or around.is_relative_to(_OPEN_FILES):
                raise _device(out)
            place = place.parent / place.readlink()
        mode = place.stat().st_mode
    except FileNotFoundError:
        return place
    except (OSError, RuntimeError) as error:  # Python before 3.13 raises RuntimeError for a circle
        reason = error.strerror if isinstance(error, OSError) else "its links lead in a circle"
        raise ExportTargetError(f"{out} cannot be written: {reason}") from error
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise _device(out)
    return place


def _device(out: Path) -> ExportTargetError:
    return ExportTargetError(
        f"{out} is a device, a pipe or an open file, which is never replaced: name a file"
    )
