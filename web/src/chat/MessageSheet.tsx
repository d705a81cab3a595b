import { Modal } from '@heroui/react';
import { useTranslation } from 'react-i18next';

import { Dialog } from '../ui/Dialog';
import { cx } from '../ui/cx';
import { useActions } from './actions';
import { messageSheet } from './message-sheet';
import type { Subject } from './subject';

/** What can be done with a message, at the bottom of the page on phones. Its text can be selected here. */
export default function MessageSheet({ subject }: { readonly subject: Subject }) {
  const { t } = useTranslation();
  const close = () => messageSheet.set(null);
  return (
    <Dialog title={t('chat.actions')} onClose={close}>
      <Modal.Body>
        {subject.content && (
          <p
            dir="auto"
            tabIndex={0}
            className="mb-3 max-h-40 overflow-y-auto rounded-2xl bg-default px-3.5 py-2.5 text-sm break-words whitespace-pre-wrap text-default-foreground select-text"
          >
            {subject.content}
          </p>
        )}
        <ul className="flex flex-col">
          {useActions(subject).map(({ label, icon: Icon, chosen, run }) => (
            <li key={label}>
              <button
                type="button"
                aria-pressed={chosen}
                onClick={() => {
                  run();
                  close();
                }}
                className={cx(
                  'flex min-h-12 w-full cursor-pointer items-center gap-3 rounded-xl px-3 text-start outline-offset-[-2px] hover:bg-default',
                  chosen && 'font-medium text-accent-soft-foreground',
                )}
              >
                <Icon aria-hidden className={cx('size-5 shrink-0', chosen ? 'fill-current' : 'text-muted')} />
                {t(label)}
              </button>
            </li>
          ))}
        </ul>
      </Modal.Body>
    </Dialog>
  );
}
