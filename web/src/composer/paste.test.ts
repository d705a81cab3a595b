import { expect, test } from 'vitest';

import { pasted } from './paste';

const photo = new File(['x'], 'photo.png', { type: 'image/png' });
const clipboard = (files: File[], data: Record<string, string> = {}) => ({
  files: files as unknown as FileList,
  getData: (type: string) => data[type] ?? '',
});

test('text alone and files alone come as they are', () => {
  expect(pasted(clipboard([], { 'text/plain': 'hello' }))).toEqual({ text: 'hello', files: [] });
  expect(pasted(clipboard([photo, photo]))).toEqual({ text: '', files: [photo, photo] });
});

test('text and its images come both', () => {
  expect(pasted(clipboard([photo], { 'text/plain': 'look', 'text/html': '<p>look</p><img src="x">' }))).toEqual({ text: 'look', files: [photo] });
  expect(pasted(clipboard([photo], { 'text/plain': 'look' }))).toEqual({ text: 'look', files: [photo] });
});

test('the picture that a spreadsheet adds to its cells is left out', () => {
  expect(pasted(clipboard([photo], { 'text/plain': 'a\tb', 'text/html': '<table><tr><td>a</td></tr></table>' }))).toEqual({ text: 'a\tb', files: [] });
});

test('the names that a file manager adds to its files are left out', () => {
  expect(pasted(clipboard([photo], { 'text/plain': '/home/me/photo.png\n' }))).toEqual({ text: '', files: [photo] });
});
