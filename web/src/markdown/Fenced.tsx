import { CodeBlock } from './CodeBlock';
import { Diagram } from './diagram/Diagram';

interface Props {
  readonly code: string;
  readonly language: string;
  /** Whether the code is one of a diagram, and to be shown as such. */
  readonly drawn: boolean;
}

export const isDiagram = (language: string) => /^mermaid\b/i.test(language.trim());

/** What stands between fences: code, or the diagram that it describes. */
export function Fenced({ code, language, drawn }: Props) {
  return drawn && code.trim() !== '' ? <Diagram source={code} /> : <CodeBlock code={code} language={language} />;
}
