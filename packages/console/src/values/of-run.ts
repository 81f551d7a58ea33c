import { createContext, useContext } from "react";

/** The run that the values below are of: large ones are read from it. */
export const OfRun = createContext<string | undefined>(undefined);

/** The id of that run; undefined where the values are of none. */
export function useOfRun(): string | undefined {
  return useContext(OfRun);
}
