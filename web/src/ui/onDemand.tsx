import { useEffect, useEffectEvent, useState, type ComponentType } from 'react';
import { flushSync } from 'react-dom';

interface Otherwise<P> {
  /** What stands there while the part is loaded; nothing by default. */
  readonly meanwhile?: ComponentType<P>;
  /** What stands there when the part cannot be loaded; nothing by default. */
  readonly instead?: ComponentType;
  /** Takes back what asked for the part, so that it can be asked for again. */
  readonly giveUp?: (props: P) => void;
}

/**
 * A component that is loaded when it is drawn first. One that cannot be loaded, for it is of a build that the server no longer
 * has, or the network is gone, breaks nothing else, and is asked for again when it is drawn anew (which some browsers refuse
 * until the page is loaded again, and which says so again).
 *
 * Not `lazy`, which keeps a part that is there from being seen for 300 ms, and a failure from being noticed for as long: whoever
 * asked again in between was not heard.
 */
export function onDemand<P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>,
  { meanwhile: Meanwhile, instead: Instead, giveUp }: Otherwise<P>,
): ComponentType<P> {
  let Part: ComponentType<P> | undefined;
  return function OnDemand(props: P) {
    const [state, setState] = useState<'loading' | 'loaded' | 'missing'>(Part ? 'loaded' : 'loading');
    const takeBack = useEffectEvent(() => giveUp?.(props));
    useEffect(() => {
      if (Part) return;
      let drawn = true;
      load()
        .then((module) => {
          Part = module.default;
          if (drawn) setState('loaded');
        })
        .catch((error: unknown) => {
          console.warn('a part of the page cannot be loaded', error);
          // At once, before anything says so.
          if (drawn) {
            flushSync(() => {
              setState('missing');
              takeBack();
            });
          }
        });
      return () => {
        drawn = false;
      };
    }, []);
    if (state === 'missing') return Instead ? <Instead /> : null;
    if (Part) return <Part {...props} />;
    return Meanwhile ? <Meanwhile {...props} /> : null;
  };
}
