import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useSearchParams } from 'react-router';

import { connection } from '../app/session';
import type { RoomState } from '../connection/room-state';
import { shownOlder } from '../connection/window';
import { cx } from '../ui/cx';
import { estimateHeight } from './estimate';
import { MessageRow } from './MessageRow';
import { Newer } from './Newer';
import { NewMessagesPill } from './NewMessagesPill';
import { Older } from './Older';
import type { Row } from './rows';
import { useFollow } from './useFollow';
import { useMessageLinks } from './useMessageLinks';
import { useRowFocus } from './useRowFocus';

/** Pixels above the first message, and below the last of a window, where it says what comes there. */
const EDGE = 64;
/** Pixels below the newest message. */
const END = 12;
/** The next page is asked for when this many rows are left. */
const AHEAD = 14;
/** Animation frames until the place that the list was opened at is steady. */
const FRAMES = 10;

interface Props {
  readonly state: RoomState;
  readonly rows: readonly Row[];
  /** The seq up to which all was read before the room was opened. */
  readonly read: number | undefined;
  readonly self: string | undefined;
}

/** A list of messages: only those near the view are in the page, however many there are. */
export function MessageLog({ state, rows, read, self }: Props) {
  const { t } = useTranslation();
  const [, setParameters] = useSearchParams();
  const firstPage = useLocation().key === 'default';
  const { window, view } = state;
  const detached = window !== null;
  const [found, setFound] = useState(() => (state.target?.state === 'found' ? state.target.seq : undefined));
  const [start] = useState(() => (found === undefined ? -1 : rows.findIndex((row) => row.message?.seq === found)));

  const scroller = useRef<HTMLDivElement>(null);
  // When a window joins the live log, its reader is at an end that was none: nobody is taken along to the new one.
  const { following, far, keep, start: follow } = useFollow(scroller, !detached, start < 0);
  const focus = useRowFocus(scroller, rows);
  const { activeIndex } = focus;
  // Stable, or the list would measure all rows anew on every scroll.
  const getItemKey = useCallback((index: number) => rows[index]?.key ?? index, [rows]);
  const estimateSize = useCallback((index: number) => estimateHeight(rows[index]), [rows]);
  const rangeExtractor = useCallback((range: Range) => withRow(defaultRangeExtractor(range), activeIndex, rows.length), [activeIndex, rows.length]);
  const list = useVirtualizer<HTMLDivElement, Element>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey,
    estimateSize,
    rangeExtractor,
    overscan: 6,
    paddingStart: EDGE,
    paddingEnd: detached ? EDGE : END,
    anchorTo: 'end',
    followOnAppend: following,
    scrollEndThreshold: following ? Infinity : 1,
  });

  // What grows above or across the upper edge (a diagram that has been drawn) must not push away what is being read.
  list.shouldAdjustScrollPositionOnItemSizeChange = (item, _, { scrollOffset }) => item.start < (scrollOffset ?? 0);

  useLayoutEffect(() => {
    if (start >= 0) list.scrollToIndex(start, { align: 'center' });
    else list.scrollToEnd();
    // Taken here from a link or a button that is gone: the focus goes on from the place that was opened.
    if (view === 0 || firstPage || document.activeElement !== document.body) return;
    if (start >= 0) focus.focusRow(start);
    else scroller.current?.focus({ preventScroll: true });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, when the list is opened
  }, [list]);
  const total = list.getTotalSize();
  useLayoutEffect(keep, [keep, following, rows, total]);

  const toEnd = useCallback(() => {
    setParameters({}, { replace: true });
    if (detached) {
      connection.pages.toNewest();
      return;
    }
    follow();
    list.scrollToEnd();
  }, [detached, follow, list, setParameters]);
  const sent = state.pending.at(-1)?.messageId;
  const followed = useRef(sent);
  useEffect(() => {
    if (sent && sent !== followed.current) toEnd();
    followed.current = sent;
  }, [sent, toEnd]);

  const settled = useSettled();
  const { startIndex, endIndex } = list.range ?? { startIndex: AHEAD, endIndex: 0 };
  const older = shownOlder(state);
  useEffect(() => {
    if (settled && older === 'more' && startIndex < AHEAD) void connection.pages.older();
  }, [settled, older, startIndex, rows.length]);
  const newer = window?.newer;
  useEffect(() => {
    if (settled && newer === 'more' && endIndex >= rows.length - AHEAD) void connection.pages.newer();
  }, [settled, newer, endIndex, rows.length]);

  const tabbable = focus.active ?? rows[Math.min(endIndex, rows.length - 1)]?.key;
  return (
    <div className="relative min-h-0 flex-1">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrow keys, and links within */}
      <div
        ref={scroller}
        role="log"
        aria-label={t('chat.messages')}
        aria-live="off"
        tabIndex={0}
        onFocus={focus.onFocus}
        onKeyDown={(event) => focus.onKeyDown(event, list)}
        onClick={useMessageLinks()}
        className="absolute inset-0 overflow-x-hidden overflow-y-auto overscroll-contain outline-offset-[-2px] [overflow-anchor:none]"
      >
        <div className="relative w-full" style={{ height: total }}>
          <div className="absolute inset-x-0 top-0 flex items-center justify-center" style={{ height: EDGE }}>
            <Older state={state} />
          </div>
          {list.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return (
              row && (
                <div
                  key={item.key}
                  ref={list.measureElement}
                  data-index={item.index}
                  className={cx('absolute inset-x-0 top-0', row.message && row.message.seq === found && 'found')}
                  onAnimationEnd={({ target, currentTarget }) => target === currentTarget && setFound(undefined)}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <MessageRow
                    rowKey={row.key}
                    message={row.message}
                    pending={row.pending}
                    own={row.own}
                    startsDay={row.startsDay}
                    startsGroup={row.startsGroup}
                    startsUnread={row.startsUnread}
                    tabbable={row.key === tabbable}
                  />
                </div>
              )
            );
          })}
          {window && (
            <div className="absolute inset-x-0 bottom-0 flex items-center justify-center" style={{ height: EDGE }}>
              <Newer window={window} />
            </div>
          )}
        </div>
      </div>
      <NewMessagesPill
        roomId={state.roomId}
        messages={state.messages}
        self={self}
        seen={start < 0 ? undefined : (read ?? Infinity)}
        atEnd={following}
        far={far || detached}
        toEnd={toEnd}
      />
    </div>
  );
}

/** Whether the list has had its frames to measure the rows it was opened at; more rows before them would lead it astray. */
function useSettled(): boolean {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    let frame = 0;
    const wait = (left: number) => {
      frame = requestAnimationFrame(() => (left === 0 ? setSettled(true) : wait(left - 1)));
    };
    wait(FRAMES);
    return () => cancelAnimationFrame(frame);
  }, []);
  return settled;
}

/** The rows of a range, and one more that may lie outside of it. */
function withRow(indexes: number[], index: number, count: number): number[] {
  if (index < 0 || index >= count || indexes.includes(index)) return indexes;
  return [...indexes, index].sort((a, b) => a - b);
}
