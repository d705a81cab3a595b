import { Button } from '@heroui/react';
import { FileKey } from 'lucide-react';
import { useRef } from 'react';

/** Hands a text to the reader as a file. */
export function saveFile(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

interface Props {
  readonly text: string;
  readonly isDisabled: boolean;
  readonly onFile: (file: File) => void;
}

/** A button that asks for a text file. */
export function FileButton({ text, isDisabled, onFile }: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".txt,text/plain"
        hidden
        onChange={({ target }) => {
          const file = target.files?.[0];
          // The same file can be chosen again.
          target.value = '';
          if (file) onFile(file);
        }}
      />
      <Button variant="secondary" isDisabled={isDisabled} onPress={() => input.current?.click()}>
        <FileKey aria-hidden />
        {text}
      </Button>
    </>
  );
}
