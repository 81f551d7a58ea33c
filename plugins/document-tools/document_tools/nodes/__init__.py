from document_tools.nodes.seal_document import SealDocumentNode
from document_tools.nodes.table_report import TableReportNode

__all__ = ["SealDocumentNode", "TableReportNode"]
