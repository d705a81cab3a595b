/** The room that a pasted text names: any of RoomTalk's links, or the bare id; null when it names none. */
export function roomIdIn(text: string): string | null {
  const [, id] = /(?:^|\/room\/|[?&]room=)([0-9A-Za-z_-]{1,64})(?=$|[?#&/])/.exec(text.trim()) ?? [];
  return id ?? null;
}
