import { useEffect, useRef, useState } from 'react';

import type { Formula as FormulaSource } from './formulas';

/** A formula, typeset by KaTeX once that has been loaded; until then, and when it is not valid, too deep or too tall, its source. */
export function Formula({ formula }: { readonly formula: FormulaSource }) {
  const { tex, display } = formula;
  const place = useRef<HTMLSpanElement>(null);
  const [state, setState] = useState<'waiting' | 'drawn' | 'source'>('waiting');
  useEffect(() => {
    let wanted = true;
    void import('./katex')
      .then(({ draw }) => {
        if (wanted && place.current) setState(draw(tex, place.current, display) ? 'drawn' : 'source');
      })
      .catch((error: unknown) => {
        console.warn('a formula cannot be typeset', error);
        if (wanted) setState('source');
      });
    return () => {
      wanted = false;
    };
  }, [tex, display]);
  return (
    <span
      className={display ? 'formula formula-display' : 'formula'}
      dir="ltr"
      aria-busy={state === 'waiting'}
      {...(display && { tabIndex: 0 })}
    >
      <span ref={place} hidden={state !== 'drawn'} />
      {state !== 'drawn' && <span className="formula-source">{tex}</span>}
    </span>
  );
}
