"""The options that choose changes by their findings."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from db.query.findings import MOVES
from extract import claims

F = TypeVar("F", bound=Callable[..., Any])


def finding_options(only: str = "") -> Callable[[F], F]:
    """Return the options `--finding`, `--move` and `--quote`. `only` is the end of the help of the first."""

    def add(function: F) -> F:
        kind = click.option(
            "--finding",
            metavar="KIND",
            type=click.Choice(claims.kinds()),
            help=f"Show only changes with a finding of this kind{only}: {', '.join(claims.kinds())}.",
        )
        move = click.option(
            "--move",
            type=click.Choice(MOVES),
            help="Show only changes with a finding that was added, removed or changed.",
        )
        quote = click.option(
            "--quote",
            metavar="WORDS",
            help="Show only changes with a finding that quotes these words, in upper or lower case.",
        )
        return kind(move(quote(function)))

    return add
