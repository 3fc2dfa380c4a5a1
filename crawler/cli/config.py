"""The file `policytrail.toml`: options that a job repeats, by command.

    [crawl]
    retailers = "my-shops.csv"
    wait = true

A key is the long name of an option without the two hyphens. The command line wins over the file. The tables
`[notify.NAME]` define notifiers (crawler/notify/definitions.py).
"""

import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from crawler.errors import ConfigError

NAME = "policytrail.toml"  # looked for in the current folder
NOTIFIERS = "notify"  # the table of notifiers, which is no command


def read(file: Path | None, commands: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the tables of a file: command -> option -> value.

    Without `file`, read `policytrail.toml` in the current folder; return {} if there is none. Raises
    ConfigError if the file cannot be read, or if a table is not named like one of the `commands`.
    """
    path = file or Path(NAME)
    if file is None and not path.is_file():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {' '.join(str(error).split())}") from error
    known = [*commands, NOTIFIERS]
    for name, table in tables.items():
        if name not in known or not isinstance(table, dict):
            raise ConfigError(f"{path}: [{name}] is no table of a command{_near(name, known)}")
    return tables


def defaults(options: dict[str, Any], command: click.Command) -> dict[str, Any]:
    """Return options of a file as parameter name -> value, for `click.Context.default_map`.

    Raises ConfigError if the command has no such option.
    """
    names = {
        option.removeprefix("--"): param.name or ""
        for param in command.params
        if isinstance(param, click.Option)
        for option in param.opts
        if option.startswith("--")
    }
    for name in options:
        if name not in names:
            raise ConfigError(f"{NAME}: '{command.name}' has no option {name!r}{_near(name, names)}")
    several = {param.name for param in command.params if isinstance(param, click.Option) and param.multiple}
    return {
        names[name]: [value] if names[name] in several and isinstance(value, str) else value
        for name, value in options.items()
    }


def _near(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else ""
