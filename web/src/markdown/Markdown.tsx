import { compiler, RuleType, type MarkdownToJSX } from 'markdown-to-jsx';
import { createElement, memo, type Attributes, type ComponentType, type ReactNode } from 'react';

import type { ImageRef } from '../api/types';
import { Picture } from '../chat/Picture';
import { cx } from '../ui/cx';
import { ErrorBoundary } from '../ui/ErrorBoundary';
import { Fenced, isDiagram } from './Fenced';
import { Formula } from './Formula';
import { liftedFormula, liftFormulas } from './formulas';
import { placedImage } from './images';
import { safeLink } from './links';
import { isPlain } from './plain';
import { TaskMark } from './TaskMark';

interface Props {
  readonly content: string;
  readonly images: readonly ImageRef[];
}

type RenderRule = (
  next: () => ReactNode,
  node: MarkdownToJSX.ASTNode,
  children: MarkdownToJSX.ASTRender,
  state: MarkdownToJSX.State,
) => ReactNode;

/** A message's Markdown; where it cannot be drawn, its plain text. */
export const Markdown = memo(function Markdown({ content, images }: Props) {
  return (
    <div className="markdown">
      <ErrorBoundary of={content} fallback={<p>{content}</p>}>
        {isPlain(content) ? <p>{content}</p> : <Rendered content={content} images={images} />}
      </ErrorBoundary>
    </div>
  );
});

/** Most diagrams in a message; further ones stay code. */
const MOST_DIAGRAMS = 20;
/** Most blocks of code that get buttons, numbers and colours; further ones are code and nothing else. */
const MOST_PANELS = 100;
/** Deepest nesting, in nodes of the syntax tree; a message that nests deeper (some 20 lists) would take seconds to lay out. */
const DEEPEST = 48;

/**
 * Raw HTML stays text, links go to http, https and mailto only, and nothing is loaded from elsewhere: images of other
 * hosts become links.
 */
function Rendered({ content, images }: Props) {
  const { text, formulas } = liftFormulas(content);
  let diagrams = 0;
  let panels = 0;
  let depth = 0;
  let deepest = 0;

  const renderRule: RenderRule = (next, node, children, state) => {
    depth += 1;
    deepest = Math.max(deepest, depth);
    const rendered = renderNode(next, node, children, state);
    depth -= 1;
    return rendered;
  };

  const renderNode: RenderRule = (next, node, children, state) => {
    const { key } = state;
    switch (node.type) {
      case RuleType.codeBlock: {
        const code = node.text.replace(/\n$/, '');
        if ((panels += 1) > MOST_PANELS) return <pre key={key}>{code}</pre>;
        const language = node.lang ?? '';
        const drawn = isDiagram(language) && (diagrams += 1) <= MOST_DIAGRAMS;
        return <Fenced key={key} code={code} language={language} drawn={drawn} />;
      }
      case RuleType.codeInline: {
        const formula = liftedFormula(node.text, formulas);
        return formula ? <Formula key={key} formula={formula} /> : <code key={key}>{node.text}</code>;
      }
      case RuleType.heading:
        // All on the level below the room's name, whatever the sender chose, and without the ids that the parser gives.
        return (
          <div key={key} role="heading" aria-level={2} className={cx('md-heading', `md-heading-${node.level}`)}>
            {children(node.children, state)}
          </div>
        );
      case RuleType.link: {
        const href = safeLink(node.target);
        const label = node.children.length > 0 ? children(node.children, state) : node.target;
        return href ? <OutsideLink key={key} href={href} label={label} /> : <span key={key}>{label}</span>;
      }
      case RuleType.image: {
        const number = placedImage(node.target ?? '');
        if (number && number <= images.length) return <Picture key={key} images={images} index={number - 1} />;
        const href = safeLink(node.target);
        const label = node.alt || node.target;
        return href ? <OutsideLink key={key} href={href} label={label} /> : <span key={key}>{label}</span>;
      }
      case RuleType.table:
        return (
          <div key={key} className="md-table" tabIndex={0} role="group">
            {next()}
          </div>
        );
      case RuleType.gfmTask:
        return <TaskMark key={key} done={node.completed} />;
      case RuleType.textFormatted: {
        // A line of equals signs is one that somebody drew, not a marked equals sign.
        const [first] = node.children;
        const isLine = node.tag === 'mark' && first?.type === RuleType.text && /^=+$/.test(first.text);
        return isLine ? `==${first.text}==` : next();
      }
      case RuleType.footnoteReference:
        return <sup key={key}>{node.text}</sup>;
      default:
        return next();
    }
  };
  const rendered = compiler(text, {
    disableParsingRawHTML: true,
    disableFrontmatter: true,
    forceBlock: true,
    wrapper: null,
    createElement: withoutId,
    renderRule,
  });
  return deepest > DEEPEST ? <p>{content}</p> : rendered;
}

/** Ids are the page's own: one that a sender chose (a footnote's name) could stand in for an element of the page. */
function withoutId(type: string | ComponentType, props: Attributes & { id?: string }, ...children: ReactNode[]): ReactNode {
  const { id: _, ...rest } = props ?? {};
  return createElement(type, rest, ...children);
}

function OutsideLink({ href, label }: { readonly href: string; readonly label: ReactNode }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow ugc">
      {label}
    </a>
  );
}
