import { expect, test } from "vitest";
import { execution, startScript, textOf } from "../../../../fixtures/script-plugin.ts";

const stdio = (script: string, more = {}) => startScript("stdio", script, more);

test("an answer's bytes are passed on as they are; NaN becomes null", async () => {
  await using plugin = await stdio(
    `serve(({ id, params }, pass) => pass(id, params.node_name === "nan" ? '{"a": NaN, "b": "NaN"}' : '{"n": 1.0, "big": 12345678901234567890}'));`,
  );
  const call = async (name: string) => textOf(await plugin.instance.call(execution(name)));
  expect(await call("n")).toBe('{"n": 1.0, "big": 12345678901234567890}');
  expect(await call("nan")).toBe('{"a": null, "b": "NaN"}');
});

test("a frame in another order of members is understood too", async () => {
  await using plugin = await stdio(
    `serve(({ id }) => write(JSON.stringify({ id, result: { a: 1 }, jsonrpc: "2.0" }) + "\\n"));`,
  );
  expect(await textOf(await plugin.instance.call(execution("n")))).toBe('{"a":1}');
});

test("what the plugin prints between and before frames goes to the log, and the answers arrive", async () => {
  await using plugin = await stdio(
    `serve(({ id }, pass) => { write("a line\\n"); write("no end "); pass(id, '"ok"'); write("{broken\\n"); });`,
  );
  for (let n = 0; n < 3; n += 1)
    expect(await textOf(await plugin.instance.call(execution("n")))).toBe('"ok"');
  const printed = () =>
    plugin.lines.filter(({ stream }) => stream === "stdout").map(({ text }) => text.trim());
  await expect.poll(printed).toHaveLength(9);
  expect(printed().slice(0, 3)).toEqual(["a line", "no end", "{broken"]);
});

test("an oversized answer fails its own call alone", async () => {
  await using plugin = await stdio(
    `serve(({ id, params }, pass) => {
      if (params.node_name === "slow") return setTimeout(() => pass(id, '"ok"'), 300);
      pass(id, '"' + "x".repeat(Number(params.node_name)) + '"');
    });`,
    { maxFrameBytes: 3_000_000 },
  );
  const innocent = plugin.instance.call(execution("slow"));
  await expect(plugin.instance.call(execution("5000000"))).rejects.toMatchObject({
    code: "plugin_answer_too_large",
    data: { started: "perhaps" },
  });
  expect(await textOf(await innocent)).toBe('"ok"');
  const long = await plugin.instance.call(execution("2500000"));
  expect(long.contentLength).toBe(2_500_002);
  expect((await textOf(long)).length).toBe(2_500_002);
});

test("a request over the limit is refused before anything is sent", async () => {
  await using plugin = await stdio(`serve(({ id }, pass) => pass(id, "1"));`, { maxFrameBytes: 2_000_000 });
  const call = plugin.instance.call(execution("n", { text: "x".repeat(2_000_000) }));
  await expect(call).rejects.toMatchObject({ code: "payload_too_large", data: { started: "no" } });
  expect(await textOf(await plugin.instance.call(execution("n")))).toBe("1");
});

test("an answer that comes twice, or to no call, is dropped and noted", async () => {
  await using plugin = await stdio(
    `serve(({ id }, pass) => { pass(id, "1"); pass(id, "2"); pass(999, "3"); });`,
  );
  expect(await textOf(await plugin.instance.call(execution("n")))).toBe("1");
  expect(await textOf(await plugin.instance.call(execution("n")))).toBe("1");
  const notes = () =>
    plugin.lines.filter(({ stream, text }) => stream === "server" && text.includes("dropped"));
  await expect.poll(notes).toHaveLength(4);
});

test("a cancelled call leaves its caller at once and its plugin busy until the late answer", async () => {
  await using plugin = await stdio(
    `let late; serve(({ id, params }, pass) => {
      if (params.node_name === "slow") { late = id; return; }
      pass(id, "1"); if (params.node_name === "other") pass(late, '"late"');
    });`,
  );
  const gone = new AbortController();
  const slow = plugin.instance.call(execution("slow", {}, { signal: gone.signal }));
  expect(await textOf(await plugin.instance.call(execution("warm")))).toBe("1");
  gone.abort(new Error("gone"));
  await expect(slow).rejects.toThrow("gone");
  await textOf(await plugin.instance.call(execution("other")));
  await expect.poll(() => plugin.instance.inFlight).toBe(0);
});

test("a plugin that dies fails the calls it had as perhaps started, and those still queued as not", async () => {
  await using plugin = await stdio(
    `process.stdin.on("error", () => {}); serve(() => { process.stdin.pause(); setTimeout(() => process.exit(5), 300); });`,
  );
  const first = plugin.instance.call(execution("n"));
  const filling = plugin.instance.call(execution("n", { text: "x".repeat(8_000_000) }));
  const queued = plugin.instance.call(execution("n"));
  const exited = (started: string) => ({ code: "plugin_exited", data: { started, exitCode: 5 } });
  await Promise.all([
    expect(first).rejects.toMatchObject(exited("perhaps")),
    expect(filling).rejects.toMatchObject(exited("perhaps")),
    expect(queued).rejects.toMatchObject(exited("no")),
  ]);
});

test("what the pipe did not take any more has certainly not begun, though it was handed over", async () => {
  const script = `serve(({ id }, pass) => {
    require("node:fs").closeSync(0);
    pass(id, '{"outputs": {}}');
  });
  setInterval(() => {}, 1000);`;
  await using plugin = await startScript("stdio", script);
  await plugin.instance.call(execution("deaf from now on"));
  const refused = plugin.instance.call(execution("late"));
  const exited = expect(refused).rejects.toMatchObject({ code: "plugin_exited", data: { started: "no" } });
  await plugin.instance.stop({ drainMs: 50 });
  await exited;
});

test("a plugin that closes its stdout and lives on is ended, and says why to those that wait", async () => {
  await using plugin = await stdio(
    `serve(() => require("node:fs").closeSync(1)); setInterval(() => {}, 1000);`,
  );
  const { instance } = plugin;
  await expect(instance.call(execution("n"))).rejects.toMatchObject({
    code: "plugin_exited",
    message: expect.stringContaining("closed its standard output"),
    data: { started: "perhaps" },
  });
  expect(await instance.exited).toMatchObject({ endedBecause: expect.stringContaining("standard output") });
});

test("an answer of 200 MB in one line fails its call alone, and fills no memory", async () => {
  await using plugin = await stdio(
    `const part = "x".repeat(1 << 20);
    const pour = (left, then) => left === 0 ? then() : process.stdout.write(part, () => pour(left - 1, then));
    let poured = Promise.resolve();
    serve(async ({ id, params }, pass) => {
      await poured;
      if (params.node_name !== "huge") return pass(id, '"ok"');
      write('{"jsonrpc": "2.0", "id": ' + id + ', "result": "');
      poured = new Promise((done) => pour(200, () => { write('"}\\n'); done(); }));
    });`,
  );
  const memoryBefore = process.memoryUsage().rss;
  await expect(plugin.instance.call(execution("huge"))).rejects.toMatchObject({
    code: "plugin_answer_too_large",
  });
  expect(await textOf(await plugin.instance.call(execution("n")))).toBe('"ok"');
  // What is read goes to a file, then nowhere.
  expect(process.memoryUsage().rss - memoryBefore).toBeLessThan(150 * 1024 * 1024);
});

test("a method that the release does not have is told as such", async () => {
  await using plugin = await stdio(
    `serve(({ id, method }) => write(JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32601, message: "Method not found: " + method } }) + "\\n"));`,
  );
  await expect(plugin.instance.call(execution("t", {}, { kind: "trigger_poll" }))).rejects.toMatchObject({
    code: "transport_unsupported",
  });
});

test("calls run side by side and find their own answers", async () => {
  await using plugin = await stdio(
    `serve(({ id, params }, pass) => setTimeout(() => pass(id, JSON.stringify(params.inputs)), Math.random() * 20));`,
  );
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, n) => textOf(await plugin.instance.call(execution("n", { n })))),
  );
  expect(answers.map((text) => JSON.parse(text).n)).toEqual(Array.from({ length: 200 }, (_, n) => n));
});
