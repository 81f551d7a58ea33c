import { isDeepStrictEqual } from "node:util";
import { type ConditionOperator, conditionOperators, NoxusError } from "@noxus/contracts";
import { suggestion, toText } from "@noxus/workflow";
import type { NodeExecutor } from "./node-call.ts";

/** Gives its value to the output `true` or `false`; the other one gives nothing, which skips that branch. */
export const executeCondition: NodeExecutor = ({ inputs, config }) => {
  const holds = holdsFor(String(config.operator ?? "is_true"), inputs.value, config.compare_to);
  return { [String(holds)]: inputs.value ?? null };
};

type Test = (value: unknown, other: unknown) => boolean;

const tests: Record<ConditionOperator, Test> = {
  equals: (value, other) => isSame(value, other),
  not_equals: (value, other) => !isSame(value, other),
  contains: (value, other) => includes(value, other),
  not_contains: (value, other) => !includes(value, other),
  starts_with: (value, other) => toText(value).startsWith(toText(other)),
  ends_with: (value, other) => toText(value).endsWith(toText(other)),
  greater_than: (value, other) => compare(value, other) > 0,
  greater_or_equal: (value, other) => compare(value, other) >= 0,
  less_than: (value, other) => compare(value, other) < 0,
  less_or_equal: (value, other) => compare(value, other) <= 0,
  is_empty: (value) => isEmpty(value),
  is_not_empty: (value) => !isEmpty(value),
  is_true: (value) => isTrue(value),
  is_false: (value) => !isTrue(value),
};

function holdsFor(operator: string, value: unknown, other: unknown): boolean {
  const test = tests[operator as ConditionOperator];
  if (test) return test(value, other);
  const near = suggestion(operator, conditionOperators);
  throw new NoxusError("expression_invalid", `The condition's operator "${operator}" is unknown.${near}`);
}

/** Forms give texts: "3" is the same as 3, "true" as true. */
function isSame(value: unknown, other: unknown): boolean {
  if (isDeepStrictEqual(value, other)) return true;
  return typeof value !== typeof other && toText(value) === toText(other);
}

function includes(value: unknown, other: unknown): boolean {
  if (Array.isArray(value)) return value.some((item) => isSame(item, other));
  if (value !== null && typeof value === "object") return Object.hasOwn(value, toText(other));
  return toText(value).includes(toText(other));
}

/** As numbers where both are, else as texts (which orders ISO dates too). */
function compare(value: unknown, other: unknown): number {
  const [a, b] = [toNumber(value), toNumber(other)];
  if (!Number.isNaN(a) && !Number.isNaN(b)) return a - b;
  const [left, right] = [toText(value), toText(other)];
  return left < right ? -1 : Number(left > right);
}

function toNumber(value: unknown): number {
  if (typeof value === "string" && value.trim() !== "") return Number(value);
  return typeof value === "number" ? value : Number.NaN;
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function isTrue(value: unknown): boolean {
  if (typeof value === "string") return !["", "false", "no", "0", "off"].includes(value.trim().toLowerCase());
  return Boolean(value) && !isEmpty(value);
}
