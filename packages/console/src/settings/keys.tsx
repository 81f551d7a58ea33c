import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type ApiKey, apiKeysQuery, meQuery, type Workspace } from "../api/queries.ts";
import { Asked } from "../parts/asked.tsx";
import { ConfirmRemoval } from "../parts/confirm-removal.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/settings.ts";

const words = texts.keys;

/** A workspace's API keys, by their beginnings. */
export function Keys({ workspace }: { workspace: Workspace }) {
  const query = useQuery(apiKeysQuery(workspace.id));
  const [leaving, setLeaving] = useState<ApiKey>();
  return (
    <Asked query={query} rows={2}>
      {(keys) =>
        keys.length === 0 ? (
          <p className="soft">{words.none}</p>
        ) : (
          <>
            <div className="table-scroll">
              <table className="table" aria-label={words.title(workspace.name)}>
                <KeyHead />
                <tbody>
                  {keys.map((key) => (
                    <KeyRow key={key.id} apiKey={key} onRevoke={() => setLeaving(key)} />
                  ))}
                </tbody>
              </table>
            </div>
            {leaving && (
              <ConfirmRemoval
                path={`/v1/admin/groups/${workspace.id}/api-keys/${leaving.id}`}
                queryKey={["workspaces", workspace.id]}
                title={words.revokeTitle(leaving.name)}
                text={words.revokeText}
                action={words.revoke}
                onClose={() => setLeaving(undefined)}
              />
            )}
          </>
        )
      }
    </Asked>
  );
}

function KeyHead() {
  const { columns } = words;
  return (
    <thead>
      <tr>
        <th className="grow">{columns.name}</th>
        <th className="hide-narrow">{columns.begins}</th>
        <th className="hide-narrow">{columns.rights}</th>
        <th className="hide-narrow">{columns.made}</th>
        <th>{columns.used}</th>
        <th>{words.revoke}</th>
      </tr>
    </thead>
  );
}

function KeyRow({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const { id, name, value, tenant_admin, created_at, last_used_at } = apiKey;
  const { data: me } = useQuery(meQuery);
  return (
    <tr>
      <td>{name}</td>
      <td className="hide-narrow mono">{value}</td>
      <td className="hide-narrow">{tenant_admin ? words.admin : words.plain}</td>
      <td className="hide-narrow soft">
        <TimeAgo at={created_at} />
      </td>
      <td className="soft">
        <TimeAgo at={last_used_at} />
      </td>
      <td className="nowrap">
        {me?.id === id ? (
          <span className="soft">{words.this}</span>
        ) : (
          <Button
            size="compact-xs"
            variant="default"
            onClick={onRevoke}
            aria-label={`${words.revoke} ${name}`}
          >
            {words.revoke}
          </Button>
        )}
      </td>
    </tr>
  );
}
