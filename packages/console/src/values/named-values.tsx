import { CopyButton } from "../parts/copy-button.tsx";
import { texts } from "../texts/values.ts";
import { asText, isRecord, kindOf } from "./value-kind.ts";
import { ValueView } from "./value-view.tsx";

/** The inputs or outputs of a node or a run: each under its name, with what kind it is and a copy of it. */
export function NamedValues({ values, run }: { values: unknown; run?: string | undefined }) {
  if (!isRecord(values)) return <ValueView value={values} run={run} label={texts.value} />;
  const entries = Object.entries(values);
  if (entries.length === 0) return <span className="soft">{texts.nothing}</span>;
  return (
    <dl className="values">
      {entries.map(([name, value]) => (
        <div key={name} data-short={isShort(value)}>
          <dt>
            <span className="mono">{name}</span>
            <span className="soft">{describe(value)}</span>
            {!isShort(value) && <CopyButton text={() => asText(value)} label={texts.copyOf(name)} />}
          </dt>
          <dd>
            <ValueView value={value} run={run} label={name} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Fits beside its name, and is copied by marking it. */
function isShort(value: unknown): boolean {
  if (typeof value === "string") return value.length <= 48 && !value.includes("\n");
  return typeof value !== "object" || value === null || isEmpty(value);
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

function describe(value: unknown): string | undefined {
  const isMany = ["table", "tree", "files"].includes(kindOf(value)) && !isEmpty(value as object);
  return isMany ? texts.sizeOf(value as object) : undefined;
}
