from typing import ClassVar

from noxus_sdk.integrations import BaseCredentials, BaseIntegration
from noxus_sdk.ncl import ConfigText, Parameter

ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 48 48'%3E"
    "%3Ccircle cx='24' cy='24' r='20' fill='%23B5302A'/%3E%3C/svg%3E"
)

# A key of fewer bytes can be guessed by trying.
SHORTEST_KEY = 16


class DocumentSealCredentials(BaseCredentials):
    type: ClassVar[str] = "document_seal"

    signer: str = Parameter(default="", display=ConfigText(label="Who seals"))
    key: str = Parameter(
        default="", display=ConfigText(label="Secret key, 16 characters or more")
    )

    def is_ready(self) -> bool:
        return bool(self.signer) and len(self.key) >= SHORTEST_KEY


class DocumentSealIntegration(BaseIntegration[DocumentSealCredentials]):
    """The key that documents are sealed with. Nothing leaves the machine."""

    display_name = "Document seal"
    image = ICON
