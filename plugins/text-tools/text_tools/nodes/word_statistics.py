import re
from collections import Counter

from noxus_sdk.ncl import ConfigNumber, Parameter
from noxus_sdk.nodes import (
    BaseNode,
    Connector,
    DataType,
    NodeCategory,
    NodeConfiguration,
    TypeDefinition,
)
from noxus_sdk.plugins import RemoteExecutionContext

# Silent reading of plain English prose; the usual figure for "minutes to read".
WORDS_PER_MINUTE = 238


class WordStatisticsConfiguration(NodeConfiguration):
    top: int = Parameter(
        default=5, display=ConfigNumber(label="How many of the most frequent words")
    )
    shortest: int = Parameter(
        default=4,
        display=ConfigNumber(
            label="Shortest word that counts as frequent, in characters"
        ),
    )


class WordStatisticsNode(BaseNode[WordStatisticsConfiguration]):
    """Counts characters, words, sentences and the most frequent words."""

    node_name = "WordStatisticsNode"
    title = "Word statistics"
    description = "Counts characters, words and sentences, names the most frequent words, and estimates the reading time."
    small_description = "Counts words and sentences"
    color = "#C5E1F5"
    category = NodeCategory.DATA

    inputs = [
        Connector(
            name="text", label="Text", definition=TypeDefinition(data_type=DataType.str)
        )
    ]
    outputs = [
        Connector(
            name="statistics",
            label="Statistics",
            definition=TypeDefinition(data_type=DataType.dict),
        ),
        Connector(
            name="frequent_words",
            label="Most frequent words",
            definition=TypeDefinition(data_type=DataType.str, is_list=True),
        ),
    ]

    async def call(self, ctx: RemoteExecutionContext, text: str) -> dict:
        words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text.lower())
        sentences = [part for part in re.split(r"[.!?…]+(?:\s|$)", text) if part.strip()]
        long_words = (word for word in words if len(word) >= self.config.shortest)
        frequent = [word for word, _ in Counter(long_words).most_common(self.config.top)]
        statistics = {
            "characters": len(text),
            "words": len(words),
            "sentences": len(sentences),
            "distinct_words": len(set(words)),
            "reading_minutes": round(len(words) / WORDS_PER_MINUTE, 1),
        }
        return {"statistics": statistics, "frequent_words": frequent}
