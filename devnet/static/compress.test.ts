import { expect, it } from 'vitest';
import { encodingFor } from './compress.ts';

it.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip', 'gzip'],
  ['gzip;q=1.0, br;q=0', 'gzip'],
  ['br;q=0.0', undefined],
  ['identity', undefined],
  [undefined, undefined],
])('encodingFor(%j) is %j', (accepted, expected) => {
  expect(encodingFor(accepted)).toBe(expected);
});
