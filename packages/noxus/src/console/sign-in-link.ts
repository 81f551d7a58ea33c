import type { CommandContext } from "../command-line/define.ts";
import type { PlatformClient } from "../connection/platform-client.ts";

export interface SignInLink {
  url: string;
  /** ISO time. */
  expires_at: string;
}

/** A link that signs a browser in once, with the rights of the client's key. */
export function createSignInLink(client: PlatformClient, signal?: AbortSignal): Promise<SignInLink> {
  return client.request<SignInLink>("/v1/session/links", { method: "POST", signal });
}

/** Prints a link to the console that signs in. */
export async function printSignInLink({ connect, terminal, signal }: CommandContext): Promise<void> {
  const link = await createSignInLink(connect(), signal);
  terminal.print(link, () => [
    link.url,
    terminal.colors.dim("Signs in one browser, within 15 minutes, with the rights of your key."),
  ]);
}
