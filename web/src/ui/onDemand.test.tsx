import { cleanup, render, screen } from '@testing-library/react';
import { Suspense } from 'react';
import { afterEach, expect, test, vi } from 'vitest';

import { onDemand } from './onDemand';

interface Props {
  readonly name: string;
  readonly onClose: () => void;
}

const Part = ({ name }: Props) => <p>{name}</p>;

afterEach(cleanup);

test('a part that cannot be loaded leaves the rest, gives up what asked for it, and is tried again when it is asked for anew', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const load = vi.fn<() => Promise<{ default: typeof Part }>>();
  load.mockRejectedValueOnce(new Error('404')).mockResolvedValue({ default: Part });
  const Dialog = onDemand(load, { giveUp: ({ onClose }: Props) => onClose() });
  const onClose = vi.fn();
  const page = (open: boolean) => (
    <>
      <p>the rest</p>
      <Suspense>{open && <Dialog name="the dialog" onClose={onClose} />}</Suspense>
    </>
  );
  const { rerender } = render(page(true));
  await vi.waitFor(() => expect(onClose).toHaveBeenCalledTimes(1));
  expect(screen.getByText('the rest')).toBeTruthy();
  expect(screen.queryByText('the dialog')).toBeNull();
  rerender(page(true));
  expect(load).toHaveBeenCalledTimes(1);
  rerender(page(false));
  rerender(page(true));
  expect(await screen.findByText('the dialog')).toBeTruthy();
  expect([load.mock.calls.length, onClose.mock.calls.length]).toEqual([2, 1]);
});

test('a screen that cannot be loaded has something in its place', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const Screen = onDemand<object>(() => Promise.reject(new Error('404')), { instead: () => <p>missing</p> });
  render(
    <Suspense>
      <Screen />
    </Suspense>,
  );
  expect(await screen.findByText('missing')).toBeTruthy();
});
