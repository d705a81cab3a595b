import type { ImageRef } from '../api/types';
import { createStore } from '../store';

/** The images that are shown large, and which of them; null when none is. */
export const lightbox = createStore<{ readonly images: readonly ImageRef[]; readonly index: number } | null>(null);

export function openLightbox(images: readonly ImageRef[], index: number): void {
  lightbox.set({ images, index });
}
