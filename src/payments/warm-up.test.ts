import { PrivateKey } from '@bsv/sdk';
import { expect, it } from 'vitest';
import { createFastCurve } from '../channel/curve.ts';
import { warmUp } from './warm-up.ts';
import { createNodeKeys } from './wallet/keys.ts';

it('warming up goes through all of it', async () => {
  const curve = await createFastCurve();
  let signed = 0;
  const counting = {
    ...curve,
    sign: (digest: Uint8Array, key: Uint8Array) => {
      signed += 1;
      return curve.sign(digest, key);
    },
  };
  await warmUp(createNodeKeys(PrivateKey.fromRandom()), counting);
  expect(signed).toBe(1);
});
