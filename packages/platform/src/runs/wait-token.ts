import { NoxusError } from "@noxus/contracts";
import type { Keyring } from "@noxus/service";
import { z } from "zod";

const contentSchema = z.strictObject({
  purpose: z.literal("wait"),
  workspaceId: z.string(),
  runId: z.string(),
  nodeId: z.string(),
  item: z.string(),
});

/** Which node run an address of a waiting webhook stands for. */
export type WaitTokenContent = Omit<z.infer<typeof contentSchema>, "purpose">;

/** The address's secret part: sealed, so that nobody can make or change one; it opens one wait, which happens once. */
export function sealWaitToken(content: WaitTokenContent, keyring: Keyring): string {
  return keyring.seal(JSON.stringify({ purpose: "wait", ...content }));
}

/** @throws NoxusError `unauthorized` where the address is none of ours. */
export function openWaitToken(token: string, keyring: Keyring): WaitTokenContent {
  try {
    return contentSchema.parse(JSON.parse(keyring.open(token)));
  } catch (cause) {
    throw new NoxusError(
      "unauthorized",
      "The address is none that a waiting node has given out, or it was changed. GET /v1/runs/{id}/waits has the right one.",
      { cause },
    );
  }
}
