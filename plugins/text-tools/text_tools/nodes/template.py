import re
from typing import Any

from noxus_sdk.ncl import ConfigBigText, ConfigSelect, Parameter
from noxus_sdk.nodes import (
    BaseNode,
    Connector,
    DataType,
    NodeCategory,
    NodeConfiguration,
    TypeDefinition,
)
from noxus_sdk.plugins import RemoteExecutionContext

PLACEHOLDER = re.compile(r"\{\s*([\w.]+)\s*\}")


class TemplateConfiguration(NodeConfiguration):
    template: str = Parameter(
        default="{text}",
        display=ConfigBigText(label="Template; {name} stands for a value"),
    )
    missing: str = Parameter(
        default="error",
        display=ConfigSelect(
            label="A name without a value", values=["error", "empty", "keep"]
        ),
    )


class TemplateNode(BaseNode[TemplateConfiguration]):
    """Fills the placeholders of a template with values."""

    node_name = "TemplateNode"
    title = "Fill a template"
    description = "Puts values in the place of {name} in a template; {a.b} reaches into a value. {text} is the text that came in."
    small_description = "Text from a template"
    color = "#C5E1F5"
    category = NodeCategory.DATA

    inputs = [
        Connector(
            name="values",
            label="Values",
            definition=TypeDefinition(data_type=DataType.dict),
            optional=True,
        ),
        Connector(
            name="text",
            label="Text",
            definition=TypeDefinition(data_type=DataType.str),
            optional=True,
        ),
    ]
    outputs = [
        Connector(
            name="result",
            label="Result",
            definition=TypeDefinition(data_type=DataType.str),
        )
    ]

    async def call(
        self,
        ctx: RemoteExecutionContext,
        values: dict[str, Any] | None = None,
        text: str | None = None,
    ) -> dict[str, str]:
        known = {**(values or {}), **({} if text is None else {"text": text})}
        return {
            "result": PLACEHOLDER.sub(
                lambda match: self.fill(match, known), self.config.template
            )
        }

    def fill(self, match: re.Match, known: dict[str, Any]) -> str:
        value: Any = known
        for part in match[1].split("."):
            if not isinstance(value, dict) or part not in value:
                return self.fill_missing(match, known)
            value = value[part]
        return str(value)

    def fill_missing(self, match: re.Match, known: dict[str, Any]) -> str:
        if self.config.missing == "empty":
            return ""
        if self.config.missing == "keep":
            return match[0]
        names = ", ".join(sorted(known)) or "none"
        raise ValueError(f"The template names {match[0]}, which has no value. Values given: {names}")
