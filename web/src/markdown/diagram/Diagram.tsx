import { Maximize2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { CodeBlock } from '../CodeBlock';
import { CodePanel, PanelButton } from '../CodePanel';
import type { Drawing } from './kept';
import { largeDiagram } from './large';
import { useDrawing } from './useDrawing';

/** Tallest picture in a message, in CSS pixels. */
const TALLEST = 560;
/** The smallest scale at which a diagram can still be made out; a wider one scrolls in its box. */
const SMALLEST = 0.3;

/** A diagram in Mermaid's language: its picture, or its source where there is no picture (yet) or the reader wants it. */
export function Diagram({ source }: { readonly source: string }) {
  const { t } = useTranslation();
  const { drawing, problem } = useDrawing(source);
  const [asSource, setAsSource] = useState(false);
  if (!drawing) {
    return <CodeBlock code={source} language="mermaid" remark={problem ? t(`diagram.${problem}`) : t('diagram.drawing')} />;
  }
  const toggle = (
    <PanelButton className="px-1.5" onClick={() => setAsSource(!asSource)}>
      {asSource ? t('diagram.picture') : t('diagram.source')}
    </PanelButton>
  );
  if (asSource) return <CodeBlock code={source} language="mermaid" actions={toggle} />;
  const enlarge = () => largeDiagram.set(drawing);
  return (
    <CodePanel
      code={source}
      name="mermaid"
      actions={
        <>
          {toggle}
          <PanelButton aria-label={t('diagram.enlarge')} title={t('diagram.enlarge')} onClick={enlarge}>
            <Maximize2 aria-hidden className="size-3.5" />
          </PanelButton>
        </>
      }
    >
      <div className="diagram" tabIndex={0}>
        <img
          src={drawing.url}
          alt={drawing.title ? t('diagram.named', { title: drawing.title }) : t('diagram.unnamed')}
          width={drawing.width}
          height={drawing.height}
          style={sizeOf(drawing)}
          draggable={false}
          onClick={enlarge}
        />
      </div>
    </CodePanel>
  );
}

function sizeOf({ width, height }: Drawing) {
  const shown = width * Math.min(1, Math.max(SMALLEST, TALLEST / height));
  return { width: shown, minWidth: Math.min(shown, width * SMALLEST) };
}
