import { currentIdentity } from '../identity/identity';
import { ApiError, refusalFrom } from './http';
import type { ImageRef } from './types';

/** Milliseconds that an upload may take. */
const DEADLINE = 60_000;

/**
 * Uploads an image into a room. `progress` hears the part that is done, 0 to 1. An XMLHttpRequest, since `fetch` does not
 * tell how much has been sent.
 */
export function uploadImage(
  roomId: string,
  clientId: string,
  image: Blob,
  progress: (done: number) => void,
  signal: AbortSignal,
): Promise<ImageRef> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const path = `/api/rooms/${encodeURIComponent(roomId)}/images?clientId=${encodeURIComponent(clientId)}`;
    request.open('POST', path);
    request.responseType = 'json';
    request.timeout = DEADLINE;
    request.setRequestHeader('Content-Type', image.type);
    const token = currentIdentity()?.token;
    if (token) request.setRequestHeader('Authorization', `Bearer ${token}`);
    const lost = () => reject(new ApiError('the upload did not arrive', 'network', 0));
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onerror = lost;
    request.ontimeout = lost;
    request.onabort = lost;
    request.onload = () => {
      const answer: unknown = request.response;
      if (request.status === 201 && answer) resolve(answer as ImageRef);
      else reject(refusalFrom(answer, request.status, request.statusText));
    };
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(image);
  });
}
