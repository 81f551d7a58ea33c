import { type ComponentType, type ReactNode, useEffect, useState } from "react";

/**
 * A component whose code is loaded when it is first shown, with something in its place until then. Not React.lazy: that
 * keeps what stands in its place for 300 ms, even where the code is at hand.
 */
export function onDemand<P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>,
  placeholder: ReactNode,
) {
  let Loaded: ComponentType<P> | undefined;
  const preload = async () => {
    Loaded ??= (await load()).default;
  };
  function OnDemand(props: P) {
    const [, setState] = useState(Loaded !== undefined);
    useEffect(() => {
      const fail = (error: unknown) =>
        setState(() => {
          throw error;
        });
      if (!Loaded) preload().then(() => setState(true), fail);
    }, []);
    return Loaded ? <Loaded {...props} /> : placeholder;
  }
  return Object.assign(OnDemand, { preload });
}
