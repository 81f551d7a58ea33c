#!/usr/bin/env node
// `npm test`: set-up, checks, then every test. The last line is `N passed, N failed, N skipped`; checks count as tests.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { runChecks } from "./check.mjs";
import { buildConsole } from "./console.mjs";
import { prepare, root, toolchainNode } from "./prepare.mjs";
import { installSystemPackages } from "./system.mjs";

prepare();
buildConsole();
installSystemPackages();

const filters = process.argv.slice(2);
const checks = filters.length === 0 ? await runChecks() : { passed: 0, failed: 0 };
const tests = runTests(filters);
const failed = checks.failed + tests.failed;
console.log(`${checks.passed + tests.passed} passed, ${failed} failed, ${tests.skipped} skipped`);
process.exit(failed === 0 ? 0 : 1);

function runTests(filters) {
  const folder = mkdtempSync(join(tmpdir(), "noxus-test-"));
  const output = join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${output}`];
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const { status } = spawnSync(toolchainNode, [vitest, "run", ...reporters, ...filters], {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, PATH: `${dirname(toolchainNode)}${delimiter}${process.env.PATH}` },
    });
    return count(output, status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that cannot be loaded, an unhandled error or a crash of the runner has no failed test, but is a failure. */
function count(output, status) {
  const report = readReport(output);
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((result) => result.status === "failed"),
  ).length;
  const failed = report.numFailedTests + broken;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function readReport(output) {
  try {
    return JSON.parse(readFileSync(output, "utf8"));
  } catch {
    return undefined;
  }
}
