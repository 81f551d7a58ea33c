import hashlib
import hmac
from pathlib import PurePath
from typing import Any

from noxus_sdk.files import File
from noxus_sdk.nodes import (
    BaseNode,
    Connector,
    DataType,
    NodeCategory,
    NodeConfiguration,
    TypeDefinition,
)
from noxus_sdk.plugins import RemoteExecutionContext

from document_tools.integration import DocumentSealCredentials, DocumentSealIntegration


class SealDocumentConfiguration(NodeConfiguration):
    """Nothing to choose: key and signer are the integration's."""


class SealDocumentNode(BaseNode[SealDocumentConfiguration]):
    """Makes a seal (HMAC-SHA256) for a document."""

    node_name = "SealDocumentNode"
    title = "Seal a document"
    description = "Makes a seal file for a document: who sealed it, and an HMAC-SHA256 that proves it unchanged."
    small_description = "HMAC-SHA256 of a document"
    color = "#F5E1C5"
    category = NodeCategory.DATA
    integrations = {"document_seal": ["all"]}

    inputs = [
        Connector(
            name="document",
            label="Document",
            definition=TypeDefinition(data_type=DataType.File),
        )
    ]
    outputs = [
        Connector(
            name="seal", label="Seal", definition=TypeDefinition(data_type=DataType.File)
        )
    ]

    async def call(self, ctx: RemoteExecutionContext, document: Any) -> dict:
        credentials = self.credentials(ctx)
        file = document if isinstance(document, File) else File.model_validate(document)
        content = await file.get_content(ctx)
        digest = hmac.new(credentials.key.encode(), content, hashlib.sha256).hexdigest()
        text = f"document: {file.name}\nsigner: {credentials.signer}\nhmac-sha256: {digest}\n"
        seal = await File.from_bytes(
            ctx, text.encode(), name=f"{PurePath(file.name).name}.seal"
        )
        return {"seal": seal.model_dump(mode="json")}

    def credentials(self, ctx: RemoteExecutionContext) -> DocumentSealCredentials:
        given = ctx.get_integration_credentials("document_seal")
        credentials = DocumentSealIntegration.get_credentials(given)
        if credentials is None or not credentials.is_ready():
            raise ValueError(
                "The integration document_seal needs a signer and a key of 16 characters or more"
            )
        return credentials
