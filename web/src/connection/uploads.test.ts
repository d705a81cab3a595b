import { beforeEach, describe, expect, test, vi } from 'vitest';

import { ApiError } from '../api/http';
import { uploadImage } from '../api/images';
import type { Pending, PendingImage } from './room-state';
import { Uploads } from './uploads';

vi.mock('../api/images', () => ({ uploadImage: vi.fn() }));
const upload = vi.mocked(uploadImage);
const reference = (id: string) => ({ id, url: `/${id}`, mimeType: 'image/webp', width: 1, height: 1, bytes: 1 });

function setUp(keys: readonly string[]) {
  const image = (key: string): PendingImage => ({ key, blob: new Blob([key]), width: 1, height: 1 });
  let images: readonly PendingImage[] | undefined = keys.map(image);
  const item: Pending = {
    messageId: 'message',
    roomId: 'room000001',
    content: '',
    username: 'Alice',
    avatar: { text: 'A', color: 'primary' },
    images,
    createdAt: 0,
    state: 'sending',
  };
  const uploads = new Uploads({
    images: () => images,
    change: async (_, change) => {
      images = images?.map(change);
    },
  });
  return {
    send: () => uploads.upload(item, 'alice'),
    images: () => images,
    uploads,
    keep: (wanted: (key: string) => boolean) => {
      images = images?.filter(({ key }) => wanted(key));
    },
    discard: () => {
      images = undefined;
    },
  };
}

beforeEach(() => upload.mockReset());

describe('uploading', () => {
  test('a refused image is marked, the others are uploaded, and another try sends only what is missing', async () => {
    upload.mockResolvedValueOnce(reference('1')).mockRejectedValueOnce(new ApiError('no', 'too_large', 413)).mockResolvedValueOnce(reference('3'));
    const { send, images } = setUp(['a', 'b', 'c']);
    await expect(send()).rejects.toMatchObject({ code: 'too_large' });
    expect(images()?.map(({ id, failure }) => id ?? failure)).toEqual(['1', 'too_large', '3']);
    upload.mockResolvedValueOnce(reference('2'));
    expect(await send()).toEqual(['1', '2', '3']);
    expect(images()?.some(({ failure }) => failure)).toBe(false);
    expect(upload).toHaveBeenCalledTimes(4);
  });

  test('a lost connection ends the try at once and marks nothing', async () => {
    upload.mockResolvedValueOnce(reference('1')).mockRejectedValueOnce(new ApiError('lost', 'network', 0));
    const { send, images } = setUp(['a', 'b', 'c']);
    await expect(send()).rejects.toMatchObject({ code: 'network' });
    expect(images()?.map(({ id, failure }) => id ?? failure)).toEqual(['1', undefined, undefined]);
    expect(upload).toHaveBeenCalledTimes(2);
  });

  test('an image that is taken out while it is uploaded holds nothing up', async () => {
    const { send, uploads, keep } = setUp(['a', 'b']);
    upload.mockImplementationOnce((_room, _client, _blob, _progress, signal) => {
      keep((key) => key !== 'a');
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new ApiError('stopped', 'network', 0))));
    });
    upload.mockResolvedValueOnce(reference('2'));
    const sent = send();
    uploads.stop('a');
    expect(await sent).toEqual(['2']);
  });

  test('a message that is discarded meanwhile is not sent', async () => {
    const { send, discard } = setUp(['a']);
    upload.mockImplementationOnce(async () => {
      discard();
      return reference('1');
    });
    await expect(send()).rejects.toThrow('discarded');
  });
});
