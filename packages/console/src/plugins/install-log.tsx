import { Title } from "@mantine/core";
import { texts } from "../texts/texts.ts";
import { LogLines } from "./log-lines.tsx";
import { useLogStream } from "./log-stream.ts";

/** What the installation writes while it goes on. */
export function InstallLog({ id }: { id: string }) {
  const { lines } = useLogStream(id, 200);
  if (lines.length === 0) return null;
  return (
    <section className="panel wide">
      <Title order={2}>{texts.plugins.tabs.logs}</Title>
      <LogLines lines={lines} follow />
    </section>
  );
}
