import { type Context, defineIntegration, field } from "@noxus/sdk";

/** What people connect once, and every node, trigger and datasource here is given. */
export const gitlab = defineIntegration({
  type: "gitlab",
  displayName: "GitLab",
  image:
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 48 48'%3E%3Cpath d='M24 42 6 28l5-19 6 12h14l6-12 5 19z' fill='%23E2632B'/%3E%3C/svg%3E",
  scopes: ["api"],
  providers: [
    {
      key: "gitlab",
      authType: "oauth2",
      displayName: "GitLab",
      oauth2: {
        authorizeUrl: "https://gitlab.com/oauth/authorize",
        tokenUrl: "https://gitlab.com/oauth/token",
        scopes: ["api"],
        codeChallengeMethod: "S256",
        tokenResponse: { refreshTokenRotated: true },
      },
    },
  ],
  credentials: {
    address: field.text({ label: "Address", default: "https://gitlab.com" }),
    access_token: field.password({ label: "Access token", description: "Of OAuth, or a personal one." }),
    refresh_token: field.password({ label: "Refresh token", optional: true }),
    client_id: field.text({ label: "Application ID", optional: true }),
    client_secret: field.password({ label: "Application secret", optional: true }),
  },
  /** A token that has ended counts where it can be renewed: only a call can store the new one. */
  async isReady({ address, access_token, refresh_token, client_id }, { signal }) {
    if (!URL.canParse(address)) return false;
    const headers = { authorization: `Bearer ${access_token}` };
    const answer = await fetch(apiUrl(address, "user"), { headers, signal });
    await answer.body?.cancel();
    const isRenewable = refresh_token !== undefined && client_id !== undefined;
    return answer.ok || (answer.status === 401 && isRenewable);
  },
});

export interface GitLabCredentials {
  address: string;
  access_token: string;
  refresh_token: string | undefined;
  client_id: string | undefined;
  client_secret: string | undefined;
}

/** The context of a call that names the integration. */
export type GitLabContext = Context<Record<string, unknown>, { gitlab: GitLabCredentials }>;

/** An address of the API; GitLab may lie below a path. */
export function apiUrl(address: string, path: string): URL {
  return new URL(`${address.replace(/\/+$/, "")}/api/v4/${path}`);
}
