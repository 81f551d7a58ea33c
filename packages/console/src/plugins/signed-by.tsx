import type { ReleaseSignature } from "@noxus/contracts";
import { IconAlertTriangle, IconRosetteDiscountCheck, IconSignatureOff } from "@tabler/icons-react";
import { marketplaceTexts as words } from "../texts/marketplace.ts";

/** Who vouches for a release: an icon and a word, never a colour alone. */
export function SignedBy({ signature }: { signature: ReleaseSignature | null }) {
  const [Icon, text] = said(signature);
  return (
    <span className="soft signed-by" title={signature?.key}>
      <Icon size={14} aria-hidden /> {text}
    </span>
  );
}

function said(signature: ReleaseSignature | null) {
  if (!signature) return [IconSignatureOff, words.notSigned] as const;
  const { key, signer, trusted } = signature;
  if (!trusted) return [IconAlertTriangle, words.unknownKey] as const;
  return [IconRosetteDiscountCheck, words.signedBy(signer ?? `${key.slice(0, 16)}…`)] as const;
}
