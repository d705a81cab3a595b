import { useCallback, useEffect, useRef, useState } from 'react';

import { IMAGE_BYTES, IMAGES_PER_MESSAGE } from '../images/limits';
import { prepareImage, warmUp, type Prepared } from '../images/prepare';
import { forgetDraftImages, keepDraftImages, readDraftImages, type DraftImage } from './draft-images';
import { withProblem, type Problem, type Problems } from './problems';

/** An image in the composer. */
export interface Attachment extends DraftImage {
  /** What its tile shows, once it is decoded. */
  readonly preview: Blob | null;
}

export interface Attachments {
  readonly list: readonly Attachment[];
  /** All of them can be sent. */
  readonly ready: boolean;
  readonly problems: Problems;
  clearProblems(): void;
  add(files: readonly File[]): void;
  remove(key: string): void;
  /** Moves one to a place, counted from 0. */
  move(key: string, to: number): void;
  /** Takes all out, to be sent; `forget` drops what is kept of them over a reload. */
  take(): { readonly images: (Prepared & { readonly key: string })[]; readonly forget: () => Promise<void> };
}

/** The images of the message that is being written in a room. They are kept as the text is: over a change of rooms and a reload. */
export function useAttachments(roomId: string): Attachments {
  const [list, setList] = useState<readonly Attachment[]>([]);
  const [problems, setProblems] = useState<Problems>({});
  const current = useRef<readonly Attachment[]>([]);
  const gone = useRef(false);

  const show = useCallback((next: readonly Attachment[]) => {
    current.current = next;
    setList(next);
  }, []);
  const keep = useCallback(
    (next: readonly Attachment[]) => {
      show(next);
      void keepDraftImages(roomId, next.map(({ preview: _, ...image }) => image));
    },
    [roomId, show],
  );
  const tell = useCallback((problem: Problem, names: readonly string[]) => setProblems((all) => withProblem(all, problem, names)), []);
  const change = useCallback((key: string, part: Partial<Attachment>) => current.current.map((other) => (other.key === key ? { ...other, ...part } : other)), []);

  const prepare = useCallback(
    async ({ key, name, file }: Attachment) => {
      if (!file) return;
      const leave = (problem: Problem) => {
        if (gone.current || !current.current.some((other) => other.key === key)) return;
        keep(current.current.filter((other) => other.key !== key));
        tell(problem, [name]);
      };
      try {
        const prepared = await prepareImage(file, (preview) => show(change(key, { preview })));
        // What this page no longer shows stays as it is kept, and is prepared when the room is opened again.
        if (gone.current || !current.current.some((other) => other.key === key)) return;
        if (prepared.blob.size > IMAGE_BYTES) leave('tooLarge');
        else keep(change(key, { prepared, file: null }));
      } catch (error) {
        console.warn(`${name} is not sent`, error);
        leave('unreadable');
      }
    },
    [change, keep, show, tell],
  );

  useEffect(() => {
    let left = false;
    gone.current = false;
    warmUp();
    void readDraftImages(roomId).then((kept) => {
      if (left || kept.length === 0) return;
      const restored = kept.map((image) => ({ ...image, preview: image.prepared?.blob ?? null }));
      keep([...restored, ...current.current].slice(0, IMAGES_PER_MESSAGE));
      restored.forEach((image) => void prepare(image));
    });
    return () => {
      left = true;
      gone.current = true;
    };
  }, [keep, prepare, roomId]);

  const add = (files: readonly File[]) => {
    const images = files.filter(({ type }) => type.startsWith('image/') && type !== 'image/svg+xml');
    const room = Math.max(0, IMAGES_PER_MESSAGE - current.current.length);
    setProblems({});
    tell('notImage', files.filter((file) => !images.includes(file)).map(({ name }) => name));
    tell('tooMany', images.slice(room).map(({ name }) => name));
    const added = images.slice(0, room).map((file): Attachment => ({ key: crypto.randomUUID(), name: file.name, file, prepared: null, preview: null }));
    if (added.length === 0) return;
    keep([...current.current, ...added]);
    added.forEach((image) => void prepare(image));
  };
  const remove = (key: string) => keep(current.current.filter((image) => image.key !== key));
  const move = (key: string, to: number) => {
    const from = current.current.findIndex((image) => image.key === key);
    const moved = current.current[from];
    if (moved && from !== to && to >= 0 && to < current.current.length) keep(current.current.toSpliced(from, 1).toSpliced(to, 0, moved));
  };
  const take = () => {
    const taken = current.current;
    show([]);
    return {
      images: taken.flatMap(({ key, prepared }) => (prepared ? [{ key, ...prepared }] : [])),
      forget: () => forgetDraftImages(roomId, new Set(taken.map(({ key }) => key))),
    };
  };
  return { list, ready: list.every(({ prepared }) => prepared), problems, clearProblems: () => setProblems({}), add, remove, move, take };
}
