import { LoadingRows } from "../parts/loading.tsx";
import { onDemand } from "../parts/on-demand.tsx";

/** A workflow as a picture; what draws it is large, and loaded apart from the pages. */
export const GraphView = onDemand(() => import("./graph-view.tsx"), <LoadingRows rows={1} height={420} />);
