/** How an image is magnified: a scale, and how far its middle lies from that of the stage, in pixels. */
export interface Zoom {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const FIT: Zoom = { scale: 1, x: 0, y: 0 };
export const CLOSE = 2.5;
const MOST = 8;

/** Magnifies by a factor around a point, which stays under the finger or pointer. Points are measured from the middle. */
export function zoomAt(zoom: Zoom, factor: number, at: Point): Zoom {
  const scale = Math.min(MOST, Math.max(1, zoom.scale * factor));
  const change = scale / zoom.scale;
  return scale === 1 ? FIT : { scale, x: at.x - (at.x - zoom.x) * change, y: at.y - (at.y - zoom.y) * change };
}

export const pan = (zoom: Zoom, x: number, y: number): Zoom => ({ ...zoom, x: zoom.x + x, y: zoom.y + y });

/** Keeps an image that is larger than the stage over it, and a smaller one in the middle. */
export function within(zoom: Zoom, image: Size, stage: Size): Zoom {
  const keep = (offset: number, size: number, room: number) => {
    const slack = Math.max(0, (size * zoom.scale - room) / 2);
    return Math.min(slack, Math.max(-slack, offset)) || 0;
  };
  return { ...zoom, x: keep(zoom.x, image.width, stage.width), y: keep(zoom.y, image.height, stage.height) };
}
