from text_tools.nodes.slug import SlugNode
from text_tools.nodes.template import TemplateNode
from text_tools.nodes.word_statistics import WordStatisticsNode

__all__ = ["SlugNode", "TemplateNode", "WordStatisticsNode"]
