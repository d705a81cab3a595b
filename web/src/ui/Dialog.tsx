import { Modal } from '@heroui/react';
import { useEffect, useRef, type ReactNode } from 'react';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog that is open as long as it is mounted; at the bottom of the page on phones. */
export function Dialog({ title, onClose, children }: Props) {
  return (
    <Modal.Backdrop isOpen onOpenChange={(open) => !open && onClose()}>
      <Modal.Container placement="auto" size="sm">
        <Modal.Dialog>
          <Modal.Header>
            <Modal.Heading className="text-lg font-semibold">
              <Title text={title} />
            </Modal.Heading>
          </Modal.Header>
          {children}
        </Modal.Dialog>
      </Modal.Container>
    </Modal.Backdrop>
  );
}

/** Brings the focus into its dialog. React Aria leaves it outside when a screen reader pressed what opened the dialog. */
function Title({ text }: { readonly text: string }) {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const dialog = place.current?.closest<HTMLElement>('[role=dialog]');
    if (!dialog?.contains(document.activeElement)) dialog?.focus();
  }, []);
  return <span ref={place}>{text}</span>;
}
