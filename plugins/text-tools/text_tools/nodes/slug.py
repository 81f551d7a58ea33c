import re
import unicodedata

from noxus_sdk.ncl import ConfigNumber, ConfigSelect, Parameter
from noxus_sdk.nodes import (
    BaseNode,
    Connector,
    DataType,
    NodeCategory,
    NodeConfiguration,
    TypeDefinition,
)
from noxus_sdk.plugins import RemoteExecutionContext


class SlugConfiguration(NodeConfiguration):
    separator: str = Parameter(
        default="-", display=ConfigSelect(label="Separator", values=["-", "_", "."])
    )
    max_length: int = Parameter(
        default=80, display=ConfigNumber(label="Longest slug, in characters")
    )


class SlugNode(BaseNode[SlugConfiguration]):
    """Makes a text fit for addresses and file names."""

    node_name = "SlugNode"
    title = "Slug"
    description = "Makes a text fit for addresses and file names: lower case, ASCII, words joined by a separator."
    small_description = "Text fit for addresses"
    color = "#C5E1F5"
    category = NodeCategory.DATA

    inputs = [
        Connector(
            name="text", label="Text", definition=TypeDefinition(data_type=DataType.str)
        )
    ]
    outputs = [
        Connector(
            name="slug", label="Slug", definition=TypeDefinition(data_type=DataType.str)
        )
    ]

    async def call(self, ctx: RemoteExecutionContext, text: str) -> dict[str, str]:
        ascii_text = (
            unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
        )
        words = re.findall(r"[a-z0-9]+", ascii_text.lower())
        return {
            "slug": join_within(words, self.config.separator, self.config.max_length)
        }


def join_within(words: list[str], separator: str, max_length: int) -> str:
    """Joins as many whole words as fit; a first word that is too long is cut."""
    slug = ""
    for word in words:
        longer = slug + separator + word if slug else word[:max_length]
        if len(longer) > max_length:
            break
        slug = longer
    return slug
