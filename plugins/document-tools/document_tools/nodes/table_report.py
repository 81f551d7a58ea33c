import csv
import io
from pathlib import PurePath
from typing import Any

from noxus_sdk.files import File
from noxus_sdk.ncl import ConfigNumber, ConfigText, Parameter
from noxus_sdk.nodes import (
    BaseNode,
    Connector,
    DataType,
    NodeCategory,
    NodeConfiguration,
    TypeDefinition,
)
from noxus_sdk.plugins import RemoteExecutionContext


class TableReportConfiguration(NodeConfiguration):
    title: str = Parameter(
        default="", display=ConfigText(label="Title; the file's name where empty")
    )
    max_rows: int = Parameter(
        default=100, display=ConfigNumber(label="Rows shown; the rest is counted only")
    )


class TableReportNode(BaseNode[TableReportConfiguration]):
    """Turns a CSV file into a Markdown report."""

    node_name = "TableReportNode"
    title = "Report from a table"
    description = "Turns a CSV file into a Markdown report: a table, sums of its numeric columns, and how many rows there are."
    small_description = "CSV to Markdown"
    color = "#F5E1C5"
    category = NodeCategory.DATA

    inputs = [
        Connector(
            name="table",
            label="CSV file",
            definition=TypeDefinition(data_type=DataType.File),
        )
    ]
    outputs = [
        Connector(
            name="report",
            label="Report",
            definition=TypeDefinition(data_type=DataType.File),
        ),
        Connector(
            name="summary",
            label="Summary",
            definition=TypeDefinition(data_type=DataType.str),
        ),
    ]

    async def call(self, ctx: RemoteExecutionContext, table: Any) -> dict:
        file = table if isinstance(table, File) else File.model_validate(table)
        header, rows = read_table(await file.get_content(ctx))
        summary = f"{len(rows)} rows, {len(header)} columns"
        text = self.render(ctx, file.name, header, rows, summary)
        report = await File.from_bytes(
            ctx,
            text.encode(),
            name=f"{PurePath(file.name).stem}.md",
            content_type="text/markdown",
        )
        return {"report": report.model_dump(mode="json"), "summary": summary}

    def render(
        self,
        ctx: RemoteExecutionContext,
        name: str,
        header: list[str],
        rows: list[list[str]],
        summary: str,
    ) -> str:
        shown = rows[: self.config.max_rows]
        lines = [f"# {self.config.title or name}", "", markdown_row(header)]
        lines.append(markdown_row(["---"] * len(header)))
        lines += [markdown_row(row) for row in shown]
        lines += ["", summary + more(len(rows) - len(shown))]
        lines += [f"Sum of {column}: {total:g}" for column, total in sums(header, rows)]
        organisation = ctx.plugin_config.get("organisation")
        return "\n".join(lines + (["", f"{organisation}"] if organisation else [])) + "\n"


def read_table(content: bytes) -> tuple[list[str], list[list[str]]]:
    text = content.decode("utf-8-sig")
    try:
        dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    rows = [row for row in csv.reader(io.StringIO(text), dialect) if row]
    if not rows:
        raise ValueError("The file has no rows; a CSV file with a header was expected")
    header, *body = rows
    return header, [(row + [""] * len(header))[: len(header)] for row in body]


def markdown_row(cells: list[str]) -> str:
    escaped = (cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(escaped)} |"


def more(count: int) -> str:
    return f" ({count} more not shown)" if count > 0 else ""


def sums(header: list[str], rows: list[list[str]]) -> list[tuple[str, float]]:
    """Sums of the columns in which every cell is a number."""
    totals = []
    for index, column in enumerate(header):
        try:
            totals.append((column, sum(float(row[index]) for row in rows)))
        except ValueError:
            continue
    return totals if rows else []
