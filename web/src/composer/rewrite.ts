import type { Selection } from './formatting';

/** Changes a field's text and selection as if typed, so that the browser's own undo takes it back. */
export function rewrite(field: HTMLTextAreaElement, change: (selection: Selection) => Selection): void {
  const { value: before } = field;
  const next = change({ text: before, start: field.selectionStart, end: field.selectionEnd });
  field.focus();
  // Only what differs is replaced: undo and the eye then stay where the change is.
  let [start, tail] = [0, 0];
  while (start < before.length && before[start] === next.text[start]) start += 1;
  while (tail < Math.min(before.length, next.text.length) - start && before.at(-1 - tail) === next.text.at(-1 - tail)) tail += 1;
  field.setSelectionRange(start, before.length - tail);
  const inserted = next.text.slice(start, next.text.length - tail);
  if (!document.execCommand(inserted === '' ? 'delete' : 'insertText', false, inserted)) {
    field.setRangeText(inserted);
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
  field.setSelectionRange(next.start, next.end);
}
