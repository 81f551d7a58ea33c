import { lookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { NoxusError } from "@noxus/contracts";
import { Agent, buildConnector, type Dispatcher, interceptors } from "undici";
import { isPrivateAddress } from "./private-addresses.ts";

/**
 * For requests to addresses that a user chose: connects only to public addresses unless told otherwise. The check is
 * made on the address that is connected to, so that neither a redirect nor a name that changes its mind gets around it.
 */
export function createGuardedAgent({ allowPrivate }: { allowPrivate: boolean }): Dispatcher {
  const connect = buildConnector({ timeout: 10_000, ...(!allowPrivate && { lookup: publicLookup }) });
  const guarded: buildConnector.connector = (options, done) => {
    const host = options.hostname.replace(/^\[|\]$/g, "");
    if (!allowPrivate && isIP(host) && isPrivateAddress(host)) done(refusal(host, host), null);
    else connect(options, done);
  };
  return new Agent({ connect: guarded, keepAliveTimeout: 10_000 }).compose(
    interceptors.redirect({ maxRedirections: 5 }),
  );
}

const publicLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, "");
    const refused = addresses.find(({ address }) => isPrivateAddress(address));
    if (refused) return done(refusal(hostname, refused.address), "");
    if (options.all) return done(null, addresses);
    const [first] = addresses;
    return done(null, first?.address ?? "", first?.family);
  });
};

function refusal(host: string, address: string): NoxusError {
  const what = host === address ? host : `${host} (${address})`;
  return new NoxusError(
    "node_failed",
    `Requests to private addresses are refused, and ${what} is one. Whoever runs the worker can allow them with NOXUS_HTTP_ALLOW_PRIVATE=true.`,
  );
}
