import i18next from 'i18next';

import type { Message } from '../api/types';
import { notificationsOn, soundOn } from './settings';

/** Longest text in a notification, in characters. */
const LONGEST = 140;

/** Tells of a message that came while the page is not in sight. */
export function alertOf(message: Message, roomName: string): void {
  if (document.visibilityState === 'visible') return;
  if (soundOn.get()) void chime();
  if (notificationsOn.get() && 'Notification' in globalThis && Notification.permission === 'granted') {
    const { t } = i18next;
    const name = message.username ?? t('chat.someone');
    const body = message.content ? t('chat.announce', { name, text: message.content.slice(0, LONGEST) }) : t('chat.announceImage', { name });
    // One for a room: the next takes its place.
    const notification = new Notification(roomName, { body, tag: message.roomId, icon: '/icon.svg' });
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
  }
}

/** Two soft tones. Browsers are silent until the page has been used once; then there is nothing to hear. */
async function chime(): Promise<void> {
  const audio = new AudioContext();
  const start = audio.currentTime;
  for (const [index, frequency] of [659, 880].entries()) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const at = start + index * 0.11;
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.12, at + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.32);
  }
  await new Promise((resolve) => setTimeout(resolve, 600));
  await audio.close();
}
