import type { Answers } from "./answers.ts";
import { integrationImage, serviceName, serviceType } from "./shared-files.ts";

/** A TypeScript plugin: one node on its own, one that asks a service, and their tests. */
export function typescriptFiles(answers: Answers): Record<string, string> {
  return {
    "package.json": packageFile(answers),
    "tsconfig.json": tsconfig,
    ".gitignore": "node_modules/\n*.tar.gz\n",
    "index.ts": index(answers),
    "service.ts": service(answers),
    "nodes.ts": nodes(serviceType(answers)),
    "nodes.test.ts": tests(serviceType(answers)),
  };
}

function packageFile({ name, description }: Answers): string {
  const value = {
    name,
    version: "0.1.0",
    description,
    private: true,
    type: "module",
    main: "index.ts",
    scripts: { test: "node --test" },
    dependencies: { "@noxus/sdk": "^0.1.0" },
    engines: { node: ">=24" },
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

const tsconfig = `{
  "compilerOptions": {
    "module": "nodenext",
    "target": "esnext",
    "strict": true,
    "noEmit": true,
    "allowImportingTsExtensions": true,
    "erasableSyntaxOnly": true,
    "verbatimModuleSyntax": true
  }
}
`;

const index = ({
  name,
  displayName,
  description,
  author,
}: Answers) => `import { definePlugin } from "@noxus/sdk";
import { countWords, lookUp } from "./nodes.ts";
import { service } from "./service.ts";

export default definePlugin({
  name: ${JSON.stringify(name)},
  displayName: ${JSON.stringify(displayName)},
  version: "0.1.0",
  description: ${JSON.stringify(description)},
  author: ${JSON.stringify(author)},
  nodes: [countWords, lookUp],
  integrations: [service],
});
`;

const service = (answers: Answers) => `import { defineIntegration, field } from "@noxus/sdk";

/** What people connect once, and every node that asks for it is given. */
export const service = defineIntegration({
  type: ${JSON.stringify(serviceType(answers))},
  displayName: ${JSON.stringify(serviceName(answers))},
  image: ${JSON.stringify(integrationImage)},
  credentials: {
    address: field.text({ label: "Address" }),
    token: field.password({ label: "Token" }),
  },
  isReady: ({ address, token }) => URL.canParse(address) && token.length > 0,
});
`;

const nodes = (type: string) => `import { data, defineNode, field, UserError } from "@noxus/sdk";
import { service } from "./service.ts";

export const countWords = defineNode({
  name: "CountWords",
  title: "Count words",
  description: "Counts the words of a text",
  inputs: { text: data.text({ label: "Text" }) },
  outputs: { count: data.number({ label: "Words" }) },
  config: { shortest: field.number({ label: "Shortest word that counts", type: "int", default: 1 }) },
  call(_ctx, { inputs, config }) {
    const words = inputs.text.split(/\\s+/).filter((word) => word.length > 0 && word.length >= config.shortest);
    return { count: words.length };
  },
});

export const lookUp = defineNode({
  name: "LookUp",
  title: "Look up",
  description: "Asks the service what a word means",
  inputs: { word: data.text({ label: "Word" }) },
  outputs: { meaning: data.text({ label: "Meaning" }) },
  integrations: [service],
  async call(ctx, { inputs }) {
    const { address, token } = ctx.credentials.get("${type}");
    const url = new URL(\`words/\${encodeURIComponent(inputs.word)}\`, address);
    const answer = await fetch(url, { headers: { authorization: \`Bearer \${token}\` }, signal: ctx.signal });
    if (answer.status === 404) throw new UserError(\`The service does not know "\${inputs.word}".\`);
    if (!answer.ok) throw new Error(\`The service answered \${answer.status}.\`);
    return { meaning: await answer.text() };
  },
});
`;

const tests = (type: string) => `import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { runNode } from "@noxus/sdk/testing";
import { countWords, lookUp } from "./nodes.ts";

test("words are counted, short ones left out", async () => {
  const { outputs } = await runNode(countWords, { inputs: { text: "to be or not" }, config: { shortest: 3 } });
  assert.equal(outputs.count, 1);
});

test("a word is looked up with the token; an unknown one is the user's to fix", async (t) => {
  const server = createServer((request, answer) => {
    assert.equal(request.headers.authorization, "Bearer secret");
    answer.statusCode = request.url === "/words/tree" ? 200 : 404;
    answer.end("a tall plant");
  });
  t.after(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const credentials = { ${type}: { address: \`http://127.0.0.1:\${port}/\`, token: "secret" } };
  const { outputs } = await runNode(lookUp, { inputs: { word: "tree" }, credentials });
  assert.equal(outputs.meaning, "a tall plant");
  await assert.rejects(runNode(lookUp, { inputs: { word: "treee" }, credentials }), /does not know "treee"/);
});
`;
