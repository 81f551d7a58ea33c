import { onDemand } from "../parts/on-demand.tsx";

/** A workflow as a picture; what draws it is large, and loaded apart from the pages. Its frame has its size meanwhile. */
export const GraphView = onDemand(
  () => import("./graph-view.tsx"),
  <div className="graph" aria-busy="true" />,
);
