import { useState } from "react";
import { sameValue } from "../parts/same-value.ts";

/**
 * What stands in a control in which one types something else than its value: as it was typed, as long as the value is what
 * came of it. A value from elsewhere, as when changes are discarded, is shown as `show` has it.
 */
export function useAsTyped<Typed>(value: unknown, show: (value: unknown) => Typed) {
  const [last, setLast] = useState(() => ({ typed: show(value), value }));
  const typed = sameValue(last.value, value) ? last.typed : show(value);
  return [typed, (next: Typed, value: unknown) => setLast({ typed: next, value })] as const;
}
