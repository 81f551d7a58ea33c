"""Tools that take a document and give a document."""

from noxus_sdk.integrations import BaseIntegration
from noxus_sdk.ncl import ConfigText, Parameter
from noxus_sdk.nodes import BaseNode
from noxus_sdk.plugins import BasePlugin, PluginCategory, PluginConfiguration

from document_tools.integration import DocumentSealIntegration
from document_tools.nodes import SealDocumentNode, TableReportNode


class DocumentToolsConfiguration(PluginConfiguration):
    organisation: str = Parameter(
        default="", display=ConfigText(label="Organisation, named at the end of every report")
    )


class DocumentToolsPlugin(BasePlugin[DocumentToolsConfiguration]):
    name = "document-tools"
    display_name = "Document tools"
    version = "1.0.0"
    description = "Reports from tables, and seals that prove a document unchanged"
    category = PluginCategory.DOCUMENT
    author = "Noxus"

    def nodes(self) -> list[type[BaseNode]]:
        return [TableReportNode, SealDocumentNode]

    def integrations(self) -> list[type[BaseIntegration]]:
        return [DocumentSealIntegration]
