import { Button } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import { sayDone, sayFailed } from "../parts/say.ts";
import { texts } from "../texts/workflows.ts";

/** A file of an export, or a bare workflow with its name and definition; then its page. */
export function ImportButton() {
  const input = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const upload = useMutation({
    mutationFn: async (file: File) => importWorkflow(await file.text()),
    onSuccess: async (id) => {
      sayDone(texts.imported);
      await queryClient.invalidateQueries({ queryKey: ["workflows"] });
      if (id) await navigate({ to: "/workflows/$id", params: { id } });
    },
    onError: sayFailed,
  });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconUpload size={16} />}
        loading={upload.isPending}
        onClick={() => input.current?.click()}
      >
        {texts.import}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={texts.import}
        accept=".json,.yaml,.yml,.txt"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file) upload.mutate(file);
          currentTarget.value = "";
        }}
      />
    </>
  );
}

interface Imported {
  id: string;
}

/** Gives the id of what came of it; of an export with the workflows that it runs, that of the outermost. */
async function importWorkflow(text: string): Promise<string | undefined> {
  const workflow = asWorkflow(text);
  if (workflow) return (await request<Imported>("/v1/workflows", { body: workflow })).id;
  const body = { definition: text };
  const [first] = await request<Imported[]>("/v1/workflows/import", { body, query: { mode: "clone" } });
  return first?.id;
}

/** A file with one workflow as the API writes it; an export has another form, and is no JSON as a whole. */
function asWorkflow(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" ? value : undefined;
  } catch {
    return undefined;
  }
}
