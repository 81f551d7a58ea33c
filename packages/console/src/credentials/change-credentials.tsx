import { Modal } from "@mantine/core";
import type { Credential, Integration } from "../api/credentials.ts";
import { texts } from "../texts/credentials.ts";
import { texts as usual } from "../texts/texts.ts";
import { CredentialForm } from "./credential-form.tsx";

/** Gives stored credentials another name, or other content. */
export function ChangeCredentials({
  credential,
  integration,
  onClose,
}: {
  credential: Credential;
  integration: Integration | undefined;
  onClose: () => void;
}) {
  if (!integration) return null;
  return (
    <Modal
      opened
      onClose={onClose}
      title={texts.change}
      closeButtonProps={{ "aria-label": usual.common.close }}
    >
      <CredentialForm integration={integration} stored={credential} onDone={onClose} />
    </Modal>
  );
}
