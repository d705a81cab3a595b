/** A room, as the API gives it. */
export interface Room {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly creatorId: string;
}

/** The letter and the colour that stand for a user. */
export interface Avatar {
  readonly text: string;
  readonly color: string;
}

/** An image of a message: all that is needed to lay it out, but the bytes. */
export interface ImageRef {
  readonly id: string;
  readonly url: string;
  readonly mimeType: string;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  readonly bytes: number;
}

/** A stored message. `seq` is its place in the room, the same for every reader. */
export interface Message {
  readonly id: string;
  readonly clientId: string;
  readonly content: string;
  readonly roomId: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly messageType: 'text' | 'image';
  readonly username?: string;
  readonly avatar?: Avatar;
  readonly images?: readonly ImageRef[];
  readonly seq: number;
  /** What came in its place was no message. Set by the page, never by the server. */
  readonly broken?: true;
}

/** Who acts, and the proof of it. */
export interface Identity {
  readonly clientId: string;
  readonly token: string;
}

/** What is sent to store a message. Its id makes a retry harmless. */
export interface Outgoing {
  readonly messageId: string;
  readonly roomId: string;
  readonly content: string;
  readonly username: string;
  readonly avatar: Avatar;
  readonly images: readonly string[];
}
