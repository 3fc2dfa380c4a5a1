"""What several commands share."""

from pathlib import Path

import click

DB = click.Path(path_type=Path)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
