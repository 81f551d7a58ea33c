import { Button, Group, Stack } from "@mantine/core";
import type { Plugin, PluginPreview } from "@noxus/contracts";
import { useQuery } from "@tanstack/react-query";
import { pluginUpdateQuery } from "../api/plugin-update.ts";
import { Asked } from "../parts/asked.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Notice } from "../parts/notice.tsx";
import { pluginPageTexts } from "../texts/plugin-page.ts";
import { texts } from "../texts/texts.ts";
import { UpdateFacts } from "./update-facts.tsx";
import { useAsk } from "./use-ask.ts";

const words = pluginPageTexts.update;

/** Says what an update would bring before it is taken; who knows need not wait for that. */
export default function UpdateDialog({ plugin, onClose }: { plugin: Plugin; onClose: () => void }) {
  const query = useQuery(pluginUpdateQuery(plugin));
  const update = useAsk(plugin, "update", texts.plugins.updating);
  const isSame = query.data && query.data.release === plugin.report?.release;
  return (
    <Dialog onClose={onClose} size="lg" title={words.title(plugin.displayName ?? plugin.name)}>
      <Stack>
        <div className="update">
          <Asked query={query} rows={5}>
            {(preview) => (isSame ? <NothingNewer /> : <Newer plugin={plugin} preview={preview} />)}
          </Asked>
        </div>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button
            variant={isSame ? "default" : "filled"}
            loading={update.isPending}
            onClick={() => update.mutate(undefined, { onSuccess: onClose })}
          >
            {isSame ? words.anyway : words.take}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function NothingNewer() {
  return (
    <Notice tone="busy" title={words.same}>
      <p>{words.sameText}</p>
    </Notice>
  );
}

function Newer({ plugin, preview }: { plugin: Plugin; preview: PluginPreview }) {
  const { problem, warnings } = preview;
  return (
    <Stack gap="sm">
      {problem && (
        <Notice tone="bad" title={words.problem}>
          <p>{problem.message}</p>
        </Notice>
      )}
      {warnings.map((warning) => (
        <Notice key={warning} tone="warn" title={warning} />
      ))}
      <UpdateFacts plugin={plugin} preview={preview} />
    </Stack>
  );
}
