import { expect, test } from 'vitest';

import { keyOf, parseKey } from './transfer';

const identity = { clientId: '6d1f0c52-5f43-8c1e-9a70-0a1b2c3d4e5f', token: 'Zm9vYmFyYmF6cXV4_-Zm9vYmFyYmF6cXV4Zm9vYmFy' };

test('a key carries the identity, also with space around it', () => {
  expect(parseKey(keyOf(identity))).toEqual(identity);
  expect(parseKey(`  ${keyOf(identity)}\n`)).toEqual(identity);
});

test.each(['', 'hello', identity.clientId, `${identity.clientId}.`, `${identity.clientId}.short`, `x${keyOf(identity)}`, `${keyOf(identity)} y`])(
  '%j is no key',
  (text) => expect(parseKey(text)).toBeNull(),
);
