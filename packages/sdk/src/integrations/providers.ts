/** A way to sign in that the platform drives: OAuth2, client credentials, or a provider of its own. */
export interface ProviderDeclaration {
  key: string;
  authType: "oauth2" | "oauth2_client_credentials" | "ncs";
  displayName?: string;
  oauth2?: OAuth2Declaration;
  ncsProviderKey?: string;
  image?: string;
  /** Default true. */
  supportsRefresh?: boolean;
}

export interface OAuth2Declaration {
  authorizeUrl: string;
  tokenUrl: string;
  scopes?: readonly string[];
  tokenResponse?: { expiresInKey?: string; expiresAtKey?: string; refreshTokenRotated?: boolean };
  refresh?: {
    refreshExtraParams?: Readonly<Record<string, string>>;
    refreshGrantType?: string;
    refreshUrl?: string;
  };
  codeChallengeMethod?: string;
  extraAuthorizeParams?: Readonly<Record<string, string>>;
  revocationUrl?: string;
  /** Default "code". */
  authorizationCodeParam?: string;
  /** Default "response_type"; null where the provider does not take one. */
  responseTypeParam?: string | null;
  /** Default true. */
  includeRedirectUriInTokenRequest?: boolean;
}

/** A provider as it stands in a manifest. */
export function serializeProvider(provider: ProviderDeclaration): object {
  return {
    key: provider.key,
    auth_type: provider.authType,
    display_name: provider.displayName ?? "",
    oauth2: provider.oauth2 ? serializeOAuth2(provider.oauth2) : null,
    ncs_provider_key: provider.ncsProviderKey ?? null,
    image: provider.image ?? "",
    supports_refresh: provider.supportsRefresh ?? true,
  };
}

function serializeOAuth2({ tokenResponse = {}, refresh = {}, ...oauth2 }: OAuth2Declaration): object {
  return {
    authorize_url: oauth2.authorizeUrl,
    token_url: oauth2.tokenUrl,
    scopes: [...(oauth2.scopes ?? [])],
    token_response: {
      expires_in_key: tokenResponse.expiresInKey ?? "expires_in",
      expires_at_key: tokenResponse.expiresAtKey ?? null,
      refresh_token_rotated: tokenResponse.refreshTokenRotated ?? false,
    },
    refresh: {
      refresh_extra_params: refresh.refreshExtraParams ?? {},
      refresh_grant_type: refresh.refreshGrantType ?? "refresh_token",
      refresh_url: refresh.refreshUrl ?? null,
    },
    code_challenge_method: oauth2.codeChallengeMethod ?? null,
    extra_authorize_params: oauth2.extraAuthorizeParams ?? {},
    revocation_url: oauth2.revocationUrl ?? null,
    authorization_code_param: oauth2.authorizationCodeParam ?? "code",
    response_type_param: oauth2.responseTypeParam === undefined ? "response_type" : oauth2.responseTypeParam,
    include_redirect_uri_in_token_request: oauth2.includeRedirectUriInTokenRequest ?? true,
  };
}
