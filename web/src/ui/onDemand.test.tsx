import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { onDemand } from './onDemand';

interface Props {
  readonly name: string;
  readonly onClose: () => void;
}

const Part = ({ name }: Props) => <p>{name}</p>;

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(cleanup);

test('a part that cannot be loaded leaves the rest, gives up what asked for it, and is tried again when it is asked for anew', async () => {
  const load = vi.fn<() => Promise<{ default: typeof Part }>>();
  load.mockRejectedValueOnce(new Error('404')).mockResolvedValue({ default: Part });
  const Dialog = onDemand(load, { giveUp: ({ onClose }: Props) => onClose() });
  const onClose = vi.fn();
  const page = (open: boolean) => (
    <>
      <p>the rest</p>
      {open && <Dialog name="the dialog" onClose={onClose} />}
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
  // What is loaded stays, and is there at once.
  rerender(page(false));
  rerender(page(true));
  expect(screen.getByText('the dialog')).toBeTruthy();
  expect(load).toHaveBeenCalledTimes(2);
});

test('what was taken away while it was loaded gives nothing up', async () => {
  let fail: (error: Error) => void = () => undefined;
  const loading = new Promise<{ default: typeof Part }>((_, reject) => (fail = reject));
  const onClose = vi.fn();
  const Dialog = onDemand(() => loading, { giveUp: ({ onClose }: Props) => onClose() });
  render(<Dialog name="the dialog" onClose={onClose} />).unmount();
  fail(new Error('404'));
  await vi.waitFor(() => expect(console.warn).toHaveBeenCalled());
  expect(onClose).not.toHaveBeenCalled();
});

test('a screen has something in its place while it is loaded, and when it cannot be', async () => {
  let fail: (error: Error) => void = () => undefined;
  const loading = new Promise<{ default: () => null }>((_, reject) => (fail = reject));
  const Screen = onDemand<object>(() => loading, { meanwhile: () => <p>loading</p>, instead: () => <p>missing</p> });
  render(<Screen />);
  expect(screen.getByText('loading')).toBeTruthy();
  fail(new Error('404'));
  expect(await screen.findByText('missing')).toBeTruthy();
  expect(screen.queryByText('loading')).toBeNull();
});
