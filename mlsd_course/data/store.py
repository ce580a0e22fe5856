"""The Parquet files beside this module, and the engine that reads them."""

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mlsd_course.errors import DataError

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

FILES = Path(__file__).parent / "files"
SUMS = "SHA256SUMS"
TABLES = ("flights", "weather", "planes", "airports", "airlines")
_REMEDY = "Install the course again, or restore the file: git checkout -- mlsd_course/data/files"


def path(table: str, folder: Path | None = None) -> Path:
    """Return the path of a table's Parquet file; DataError where it is missing or its checksum is wrong."""
    folder = folder or FILES
    file = folder / f"{table}.parquet"
    if not file.is_file():
        raise DataError("A data file is missing", given=str(file), remedy=_REMEDY)
    if hashlib.sha256(file.read_bytes()).hexdigest() != _sums(folder).get(file.name):
        raise DataError(
            "A data file is damaged (its checksum is not the one in SHA256SUMS)", given=str(file), remedy=_REMEDY
        )
    return file


def engine() -> "duckdb.DuckDBPyConnection":
    """Return a connection to a DuckDB in memory: instants in UTC, rows in a fixed order, no downloads."""
    import duckdb

    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "preserve_insertion_order": "true"})
    connection.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
    return connection


def query(sql: str, **tables: "pd.DataFrame | Path") -> "pd.DataFrame":
    """Run `sql` over frames or Parquet files, each under the name that it is passed by; return the result as a frame."""
    with engine() as connection:
        for name, table in tables.items():
            connection.register(name, connection.read_parquet(str(table)) if isinstance(table, Path) else table)
        return connection.execute(sql).df()


@cache
def _sums(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / SUMS).read_text(encoding="ascii").splitlines()
        return {name: digest for digest, name in (line.split() for line in lines)}
    except (OSError, ValueError) as error:
        raise DataError("The list of checksums cannot be read", given=str(folder / SUMS), remedy=_REMEDY) from error
