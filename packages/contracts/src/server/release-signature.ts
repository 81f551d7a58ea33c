import { z } from "zod";

/** The key that signed a release, as the plugin server's policy sees it. The signature itself is right: others are refused. */
export const releaseSignatureSchema = z.object({
  /** `ed25519:` and 43 characters. */
  key: z.string(),
  /** Whose key it is, in the policy's words. */
  signer: z.string().optional(),
  /** Whether the marketplace's policy lists the key. */
  trusted: z.boolean(),
});
export type ReleaseSignature = z.infer<typeof releaseSignatureSchema>;
