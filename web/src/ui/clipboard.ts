import type { ParseKeys } from 'i18next';

import { showError, showSuccess } from './notices';

/** Copies a text and says so. True when the browser allowed it. */
export async function copy(text: string, said: ParseKeys = 'app.copied'): Promise<boolean> {
  if (await write(text)) {
    showError(null);
    showSuccess(said);
    return true;
  }
  showError('app.copyFailed');
  return false;
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard without https, or not allowed: the older way works in some of these cases.
    return writeBySelection(text);
  }
}

function writeBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'fixed opacity-0';
  field.readOnly = true;
  document.body.append(field);
  const focused = document.activeElement;
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}
