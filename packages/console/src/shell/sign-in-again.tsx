import { Dialog } from "../parts/dialog.tsx";
import { texts } from "../texts/texts.ts";
import { KeyForm } from "./key-form.tsx";

/** The session has ended while somebody works: what is on the page stays, saved or not. */
export default function SignInAgain() {
  return (
    <Dialog
      title={texts.signIn.ended}
      onClose={() => {}}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <p>{texts.signIn.endedText}</p>
      <KeyForm />
    </Dialog>
  );
}
