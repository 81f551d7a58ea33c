import { useMutation } from "@tanstack/react-query";
import { requestText } from "../api/client.ts";
import type { Workflow } from "../api/workflows.ts";
import { sayFailed } from "../parts/say.ts";

/** Gives a workflow as a file, which Import takes back here or elsewhere. */
export function useExport({ id, name }: Workflow) {
  return useMutation({
    mutationFn: () => requestText(`/v1/workflows/${id}/export`, { query: { version: "v4" } }),
    onSuccess: (content) => saveAs(`${name}.yaml`, content),
    onError: sayFailed,
  });
}

function saveAs(name: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: "application/yaml" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}
