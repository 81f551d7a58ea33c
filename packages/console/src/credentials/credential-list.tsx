import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Credential, credentialsQuery, integrationsQuery } from "../api/credentials.ts";
import { Asked } from "../parts/asked.tsx";
import { ConfirmRemoval } from "../parts/confirm-removal.tsx";
import { Empty } from "../parts/empty.tsx";
import { Page } from "../parts/page.tsx";
import { VirtualRows } from "../parts/virtual-rows.tsx";
import { texts } from "../texts/credentials.ts";
import { AddCredentials } from "./add-credentials.tsx";
import { ChangeCredentials } from "./change-credentials.tsx";
import { CredentialHead, CredentialRow } from "./credential-row.tsx";

type Opened = { what: "change" | "delete"; credential: Credential } | { what: "add" };

/** The workspace's credentials, without their content. */
export function CredentialList() {
  const query = useQuery(credentialsQuery);
  const { data: integrations = [] } = useQuery(integrationsQuery);
  const [opened, setOpened] = useState<Opened>();
  const close = () => setOpened(undefined);
  const ofType = new Map(integrations.map((one) => [one.type, one]));
  return (
    <Page
      title={texts.title}
      actions={
        <Button leftSection={<IconPlus size={16} />} onClick={() => setOpened({ what: "add" })}>
          {texts.add}
        </Button>
      }
    >
      <Asked query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={texts.empty} text={texts.emptyText} />
          ) : (
            <VirtualRows
              label={texts.title}
              rows={items}
              head={<CredentialHead />}
              row={(credential) => (
                <CredentialRow
                  key={`${credential.id} ${credential.updated_at}`}
                  credential={credential}
                  integration={ofType.get(credential.integration)}
                  onOpen={(what) => setOpened({ what, credential })}
                />
              )}
            />
          )
        }
      </Asked>
      {opened?.what === "add" && <AddCredentials onClose={close} />}
      {opened?.what === "change" && (
        <ChangeCredentials
          credential={opened.credential}
          integration={ofType.get(opened.credential.integration)}
          onClose={close}
        />
      )}
      {opened?.what === "delete" && (
        <ConfirmRemoval
          path={`/v1/credentials/${opened.credential.id}`}
          queryKey={["credentials"]}
          title={texts.removal(opened.credential.name)}
          text={texts.removalText}
          onClose={close}
        />
      )}
    </Page>
  );
}
