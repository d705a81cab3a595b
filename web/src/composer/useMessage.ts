import { useEffect, useState } from 'react';

import { connection } from '../app/session';
import { isBlank } from '../blank';
import { avatarOf } from '../identity/avatar';
import { username } from '../identity/profile';
import { useAttachments } from './attachments';
import { forgetDraft, keepDraft, readDraft } from './drafts';

/** Longest message, in characters (Unicode code points). */
const LIMIT = 16_000;

/** The message that is being written in a room. */
export function useMessage(roomId: string) {
  const [text, setText] = useState(() => readDraft(roomId));
  const attachments = useAttachments(roomId);
  /** Sent by the writer while images are still being prepared: it goes as soon as they are. */
  const [due, setDue] = useState(false);
  const excess = text.length > LIMIT ? Math.max(0, [...text].length - LIMIT) : 0;
  const sendable = (!isBlank(text) || attachments.list.length > 0) && excess === 0;

  const write = (next: string) => {
    setText(next);
    setDue(false);
    keepDraft(roomId, next);
  };
  const dispatch = () => {
    const name = username.get();
    const { images, forget } = attachments.take();
    attachments.clearProblems();
    // Until the outbox has the message, a page that ends finds it as a draft.
    void connection.send({ content: text.trim(), username: name, avatar: avatarOf(name), images }).then(() => {
      forgetDraft(roomId, text);
      return forget();
    });
    setText('');
    setDue(false);
  };
  const failed = Object.keys(attachments.problems).length > 0;
  // What is due goes out with the state of the render that finds it ready; `due` then ends it.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  useEffect(() => {
    if (!due) return;
    if (failed || !sendable) setDue(false);
    else if (attachments.ready) dispatch();
    // `dispatch` is that of the render in which the images became ready: with the text and images of then.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [due, failed, sendable, attachments.ready]);
  const send = () => {
    if (!sendable) return;
    if (attachments.ready) dispatch();
    else {
      attachments.clearProblems();
      setDue(true);
    }
  };
  return { text, write, attachments, sendable, excess, due, send };
}
