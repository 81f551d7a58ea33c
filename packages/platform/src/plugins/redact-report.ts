import type { PluginReport } from "@noxus/contracts";

const blank = "[redacted]";

/** A report whose sentences hold none of the given secrets: plugins put their configuration into exception texts. */
export function redactReport(report: PluginReport, secrets: readonly string[]): PluginReport {
  if (secrets.length === 0) return report;
  const clean = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, blank), text);
  const { failure } = report;
  return {
    ...report,
    conditions: report.conditions.map((condition) => ({ ...condition, message: clean(condition.message) })),
    configProblems: report.configProblems.map(clean),
    warnings: report.warnings.map(clean),
    ...(failure && {
      failure: {
        ...failure,
        message: clean(failure.message),
        ...(failure.stderrTail !== undefined && { stderrTail: clean(failure.stderrTail) }),
      },
    }),
  };
}
