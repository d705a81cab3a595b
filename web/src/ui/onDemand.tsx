import { lazy, useEffect, useEffectEvent, type ComponentType } from 'react';

interface Otherwise<P> {
  /** What stands there when the part cannot be loaded; nothing by default. */
  readonly instead?: ComponentType;
  /** Takes back what asked for the part, so that it can be asked for again. */
  readonly giveUp?: (props: P) => void;
}

/**
 * A component that is loaded when it is drawn first, within a `Suspense`. One that cannot be loaded, for it is of a build that
 * the server no longer has, or the network is gone, breaks nothing else, and is asked for again when it is drawn anew (which some
 * browsers refuse until the page is loaded again, and which says so again).
 */
export function onDemand<P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>,
  { instead: Instead, giveUp }: Otherwise<P>,
): ComponentType<P> {
  const attempt = () =>
    lazy(() =>
      load().catch((error: unknown): { default: ComponentType<P> } => {
        console.warn('a part of the page cannot be loaded', error);
        return { default: Missing };
      }),
    );
  let Part = attempt();
  function Missing(props: P) {
    const takeBack = useEffectEvent(() => giveUp?.(props));
    useEffect(() => {
      takeBack();
      return () => {
        Part = attempt();
      };
    }, []);
    return Instead ? <Instead /> : null;
  }
  return function OnDemand(props: P) {
    return <Part {...props} />;
  };
}
