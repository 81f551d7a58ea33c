import { Button, Group } from "@mantine/core";
import { IconDeviceFloppy } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { versionsQuery, type Workflow, type WorkflowVersion, workflowQuery } from "../api/workflows.ts";
import { Asked } from "../parts/asked.tsx";
import { Empty } from "../parts/empty.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/versions.ts";
import { RestoreButton } from "./restore-button.tsx";
import { VersionDiff } from "./version-diff.tsx";

const SaveVersion = lazy(() => import("./save-version.tsx"));
const route = getRouteApi("/shell/workflows/$id");

/** A workflow's versions, and what differs between any two of them, or one and what is there now. */
export function Versions() {
  const { id } = route.useParams();
  const versions = useQuery(versionsQuery(id));
  const { data: workflow } = useQuery(workflowQuery(id));
  const [saving, setSaving] = useState(false);
  if (!workflow) return null;
  return (
    <>
      <Group justify="flex-end" mb="sm">
        <Button
          variant="default"
          leftSection={<IconDeviceFloppy size={16} />}
          onClick={() => setSaving(true)}
        >
          {texts.save}
        </Button>
      </Group>
      <Asked query={versions} rows={3}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={texts.empty} text={texts.emptyText} />
          ) : (
            <Shown workflow={workflow.value} versions={all.toReversed()} />
          )
        }
      </Asked>
      <Suspense>
        {saving && <SaveVersion workflow={workflow.value} onClose={() => setSaving(false)} />}
      </Suspense>
    </>
  );
}

/** Newest first. */
function Shown({ workflow, versions }: { workflow: Workflow; versions: WorkflowVersion[] }) {
  return (
    <>
      <div className="table-scroll">
        <table className="table" aria-label={texts.title}>
          <thead>
            <tr>
              <th className="grow">{texts.columns.name}</th>
              <th className="hide-narrow">{texts.columns.made}</th>
              <th>{texts.compare}</th>
            </tr>
          </thead>
          <tbody>
            {versions.map((version) => (
              <VersionRow key={version.id} workflow={workflow} version={version} />
            ))}
          </tbody>
        </table>
      </div>
      <VersionDiff workflow={workflow} versions={versions} />
    </>
  );
}

function VersionRow({ workflow, version }: { workflow: Workflow; version: WorkflowVersion }) {
  const { id, name, description, created_at } = version;
  return (
    <tr>
      <td>
        {name}
        {description && <div className="soft">{description}</div>}
      </td>
      <td className="hide-narrow soft">
        <TimeAgo at={created_at} />
      </td>
      <td>
        <Group gap="xs" wrap="nowrap">
          <Button
            size="xs"
            variant="default"
            renderRoot={(props) => (
              <Link
                to="/workflows/$id/versions"
                params={{ id: workflow.id }}
                search={{ from: id }}
                aria-label={`${texts.compare} ${name}`}
                {...props}
              />
            )}
          >
            {texts.compare}
          </Button>
          <RestoreButton workflow={workflow} version={version} />
        </Group>
      </td>
    </tr>
  );
}
