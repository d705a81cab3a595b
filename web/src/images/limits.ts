/** Most images of a message. */
export const IMAGES_PER_MESSAGE = 9;
/** Largest image that the server takes, in bytes. */
export const IMAGE_BYTES = 5 * 1024 * 1024;
/** Most pixels that the server takes in one image, and on one of its sides. */
export const IMAGE_PIXELS = 40_000_000;
export const IMAGE_SIDE = 10_000;
/** What a file chooser offers; on phones also the camera. */
export const ACCEPTED = 'image/*';
