import type { Credential, Integration } from "../api/credentials.ts";
import { Dialog } from "../parts/dialog.tsx";
import { texts } from "../texts/credentials.ts";
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
    <Dialog onClose={onClose} title={texts.change}>
      <CredentialForm integration={integration} stored={credential} onDone={onClose} />
    </Dialog>
  );
}
