import type { Answers } from "./answers.ts";

/** What a plugin of either language has beside its code. */
export function sharedFiles(answers: Answers): Record<string, string> {
  return {
    "README.md": readme(answers),
    "icon.svg": icon(answers),
    ".github/workflows/check.yml": workflow,
  };
}

function readme({ displayName, description, name, language }: Answers): string {
  const code = language === "python" ? `\`${name.replaceAll("-", "_")}/nodes.py\`` : "`nodes.ts`";
  return `# ${displayName}

${description}.

| node | does |
|---|---|
| CountWords | counts the words of a text |
| LookUp | asks a service for a word; needs the integration ${serviceName({ displayName })} |

The nodes are in ${code}, each with a test.

\`\`\`sh
noxus plugin test
noxus plugin call CountWords --input text="one two three"
noxus plugin dev          # runs it in your platform, anew after every save
noxus plugin validate     # before you publish
noxus plugin package
\`\`\`
`;
}

/** The name of the service that the example node asks. */
export function serviceName({ displayName }: Pick<Answers, "displayName">): string {
  return `${displayName} service`;
}

function icon({ displayName }: Answers): string {
  const letter = escapeXml(displayName.charAt(0).toUpperCase());
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><title>${escapeXml(displayName)}</title><rect width="48" height="48" rx="10" fill="#1B4965"/><text x="24" y="33" font-family="sans-serif" font-size="26" text-anchor="middle" fill="#FFF">${letter}</text></svg>
`;
}

function escapeXml(text: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (mark) => names[mark] ?? mark);
}

/** The picture of an integration has to be an address; this one needs no server. */
export const integrationImage =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 48 48'%3E%3Ccircle cx='24' cy='24' r='20' fill='%231B4965'/%3E%3C/svg%3E";

const workflow = `name: check
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 24 }
      - run: npx noxus plugin validate
      - run: npx noxus plugin test
      - run: npx noxus plugin package
`;

/** The type of the example integration: other plugins may use the same, so it carries the plugin's name. */
export function serviceType({ name }: Pick<Answers, "name">): string {
  return `${name.replaceAll("-", "_")}_service`;
}
