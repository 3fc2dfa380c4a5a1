"""The command `kinds`: print the kinds of statements, and how much a finding weighs."""

import click

from crawler import fitting, terminal
from crawler.cli.options import AS_JSON, print_json
from db.findings.ranks import ranks
from extract import claims


@click.command()
@AS_JSON
def kinds(as_json: bool) -> None:
    """Explain the kinds of statements, and the weights by which findings are ordered.

    The weight of a finding is that of the first line that fits. A statement that is of none of the kinds is
    not recognised: its words are counted as words without a recognised statement.

    Example: policytrail kinds
    """
    covers = claims.covers()
    if as_json:
        print_json(
            {
                "kinds": [{"kind": kind, "covers": what} for kind, what in covers.items()],
                "weights": [
                    {
                        **{
                            name: getattr(one, name)
                            for name in ("weight", "name", "reason", "quote", "longer")
                        },
                        "kinds": sorted(one.kinds),
                        "moves": sorted(one.moves),
                    }
                    for one in ranks()
                ],
            }
        )
        return
    tables: tuple[list[tuple[str | int, ...]], ...] = (
        [("kind", "what it is about"), *covers.items()],
        [("weight", "finding", "why"), *((one.weight, one.name, one.reason) for one in ranks())],
    )
    for rows in tables:
        for line in fitting.table(rows, terminal.width()):
            terminal.print_line(line)
        terminal.print_line("")
