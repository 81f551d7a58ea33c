"""Small, dependable tools for text: slugs, word statistics and templates."""

from noxus_sdk.nodes import BaseNode
from noxus_sdk.plugins import BasePlugin, PluginCategory, PluginConfiguration

from text_tools.nodes import SlugNode, TemplateNode, WordStatisticsNode


class TextToolsConfiguration(PluginConfiguration):
    """Nothing to configure: every choice belongs to a node."""


class TextToolsPlugin(BasePlugin[TextToolsConfiguration]):
    name = "text-tools"
    display_name = "Text tools"
    version = "1.0.0"
    description = "Slugs, word statistics and templates"
    category = PluginCategory.GENERAL
    author = "Noxus"

    def nodes(self) -> list[type[BaseNode]]:
        return [SlugNode, WordStatisticsNode, TemplateNode]
