import { isObject } from "../config/coerce.ts";

/** One thing that is wrong with a body, in the words of the published SDK. */
export interface BodyProblem {
  type: string;
  loc: (string | number)[];
  msg: string;
  input: unknown;
  ctx?: object;
}

/** A body that is not of the form its endpoint takes: 422. */
export class BodyError extends Error {
  override readonly name = "BodyError";
  readonly problems: readonly BodyProblem[];

  constructor(problems: readonly BodyProblem[]) {
    super(problems.map(({ loc, msg }) => `${loc.join(".")}: ${msg}`).join("; "));
    this.problems = problems;
  }
}

/** Members that a body must have; both are objects, but a wrong "model" is called by other words. */
export type BodyShape = Readonly<Record<string, "dict" | "model">>;

/** The body as an object, with the members of its shape; throws a BodyError. `nullable` takes null, too. */
export function readObject(body: Buffer, shape: "nullable"): Record<string, unknown> | null;
export function readObject(body: Buffer, shape?: BodyShape | "model"): Record<string, unknown>;
export function readObject(body: Buffer, shape: BodyShape | "model" | "nullable" = {}): unknown {
  const members = typeof shape === "object" ? Object.entries(shape) : [];
  const value = body.length === 0 ? undefined : parsed(body);
  if (value === undefined || (!isObject(value) && members.length > 0)) throw new BodyError(missing(members));
  if (value === null && shape === "nullable") return null;
  if (!isObject(value))
    throw new BodyError([wrongType(["body"], shape === "model" ? "model" : "dict", value)]);
  const problems = members.flatMap(([name, kind]) => {
    if (!(name in value)) return missing([[name, kind]]);
    return isObject(value[name]) ? [] : [wrongType(["body", name], kind, value[name])];
  });
  if (problems.length > 0) throw new BodyError(problems);
  return value;
}

/** The members that are missing; without any, the body itself. */
function missing(members: [string, unknown][]): BodyProblem[] {
  const at = (loc: string[]) => ({ type: "missing", loc, msg: "Field required", input: null });
  return members.length === 0 ? [at(["body"])] : members.map(([name]) => at(["body", name]));
}

function wrongType(loc: string[], kind: "dict" | "model", input: unknown): BodyProblem {
  if (kind === "dict") return { type: "dict_type", loc, msg: "Input should be a valid dictionary", input };
  const msg = "Input should be a valid dictionary or object to extract fields from";
  return { type: "model_attributes_type", loc, msg, input };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    const at = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? 0);
    throw new BodyError([
      {
        type: "json_invalid",
        loc: ["body", at],
        msg: "JSON decode error",
        input: {},
        ctx: { error: (error as Error).message },
      },
    ]);
  }
}
