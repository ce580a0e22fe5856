"""A profile: what a table holds, column by column; and who is missing from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlsd_course.quantities import percent, signed_figure, size
from mlsd_course.tables import markdown_table, text_table

if TYPE_CHECKING:
    import pandas as pd

HEAD = ("column", "kind", "missing", "distinct", "lowest", "1 %", "middle", "99 %", "highest")


@dataclass(frozen=True)
class Column:
    """One column: its kind, the share that is missing, distinct values, and five values in order where it has an order."""

    name: str
    kind: str
    missing_share: float
    distinct: int
    quantiles: tuple[str, ...]

    def row(self) -> tuple[str, ...]:
        """The column as a table row."""
        missing = percent(self.missing_share) if self.missing_share else "0"
        return (self.name, self.kind, missing, f"{self.distinct:,}", *(self.quantiles or ("",) * 5))


@dataclass(frozen=True, repr=False)
class TableProfile:
    """A table's rows, bytes in memory, and columns by name."""

    rows: int
    gigabytes: float
    columns: Mapping[str, Column]

    def sentence(self) -> str:
        """Size and worst column in one line."""
        worst = max(self.columns.values(), key=lambda column: column.missing_share)
        return (
            f"{self.rows:,} rows of {len(self.columns)} columns, {size(self.gigabytes)} in memory; most missing: "
            f"{worst.name} with {percent(worst.missing_share)}."
        )

    def __repr__(self) -> str:
        return self.sentence() + "\n" + text_table(HEAD, [column.row() for column in self.columns.values()])

    def _repr_markdown_(self) -> str:
        return self.sentence() + "\n\n" + markdown_table(HEAD, [column.row() for column in self.columns.values()])


def profile(table: "pd.DataFrame") -> TableProfile:
    """Look at each column once: kind, missing share, distinct values, lowest, 1 %, middle, 99 % and highest value."""
    columns = {str(name): _column(str(name), table[name]) for name in table.columns}
    return TableProfile(len(table), float(table.memory_usage(deep=True).sum()) / 1e9, columns)


def missing_by(table: "pd.DataFrame", column: str, by: Any) -> "pd.DataFrame":
    """Return `rows` and `missing` (the share of them without a value in `column`) for each group, worst first.

    by: a column's name, or a series of one label a row.
    """
    empty = table[column].isna().groupby(table[by] if isinstance(by, str) else by)
    groups = empty.agg(["size", "mean"]).rename(columns={"size": "rows", "mean": "missing"})
    return groups.astype({"missing": float}).sort_values("missing", ascending=False)


def _column(name: str, values: "pd.Series") -> Column:
    import pandas as pd

    kind = "truth" if pd.api.types.is_bool_dtype(values) else "number" if pd.api.types.is_numeric_dtype(values) else ""
    kind = kind or ("instant" if pd.api.types.is_datetime64_any_dtype(values) else "text")
    present = values.dropna()
    quantiles: tuple[str, ...] = ()
    if len(present) and kind in ("number", "instant"):
        points = present.quantile([0, 0.01, 0.5, 0.99, 1], interpolation="nearest")
        quantiles = tuple(signed_figure(float(v)) if kind == "number" else f"{v:%Y-%m-%d %H:%M}" for v in points)
    return Column(name, kind, float(values.isna().mean()) if len(values) else 0.0, int(present.nunique()), quantiles)
