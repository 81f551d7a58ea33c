import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { Trigger } from "../api/queries.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Notice } from "../parts/notice.tsx";
import { ShownOnce } from "../parts/shown-once.tsx";
import { texts as usual } from "../texts/texts.ts";
import { texts } from "../texts/triggers.ts";
import { saveTrigger } from "./use-triggers.ts";

const words = texts.secret;

/** A webhook's address and secret, once: of one that was made just now, or after asking for a new secret. */
export default function WebhookSecret({ trigger, onClose }: { trigger: Trigger; onClose: () => void }) {
  const rotate = useMutation({
    mutationFn: () => saveTrigger(trigger.workflow_id, { rotate_secret: true }, trigger.id),
  });
  const secret = trigger.secret ?? rotate.data?.secret;
  const address = `${window.location.origin}${trigger.path}`;
  return (
    <Dialog
      onClose={onClose}
      title={trigger.secret ? words.title : secret ? words.rotated : words.rotateTitle}
      size="lg"
      // What is shown once is not closed by a slip.
      closeOnClickOutside={!secret}
    >
      {secret ? (
        <Stack>
          <ShownOnce label={words.address} text={address} />
          <ShownOnce label={words.secret} text={secret} hint={words.once} />
          <div>
            <Text size="sm" fw={600}>
              {words.example}
            </Text>
            <pre className="code">{signedRequest(address, secret)}</pre>
          </div>
          <Group justify="flex-end">
            <Button onClick={onClose}>{words.done}</Button>
          </Group>
        </Stack>
      ) : (
        <Stack>
          <Text size="sm">{words.rotateText}</Text>
          {rotate.error && <Notice tone="bad" title={rotate.error.message} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {usual.common.cancel}
            </Button>
            <Button loading={rotate.isPending} onClick={() => rotate.mutate()}>
              {words.rotate}
            </Button>
          </Group>
        </Stack>
      )}
    </Dialog>
  );
}

/** The secret's bytes stand in base64 behind its prefix. */
function signedRequest(address: string, secret: string): string {
  return `body='{}'; id="$(openssl rand -hex 16)"; now="$(date +%s)"
key="$(printf %s '${secret.replace(/^whsec_/, "")}' | base64 -d | od -An -v -tx1 | tr -d ' \\n')"
signature="$(printf %s "$id.$now.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)"
curl '${address}' -d "$body" \\
  -H "webhook-id: $id" -H "webhook-timestamp: $now" -H "webhook-signature: v1,$signature"`;
}
