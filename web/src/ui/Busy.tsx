import { Spinner } from '@heroui/react';

/** A spinner with a text, in the middle of its place. */
export function Busy({ text }: { readonly text: string }) {
  return (
    <div role="status" className="flex h-full flex-1 flex-col items-center justify-center gap-3 p-8 text-sm text-muted">
      <Spinner color="accent" />
      {text}
    </div>
  );
}
