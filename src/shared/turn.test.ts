import { expect, it } from 'vitest';
import { nextTurn } from './turn.ts';

it('comes after what was to be done in this turn', async () => {
  const order: string[] = [];
  const later = nextTurn().then(() => order.push('next turn'));
  for (let step = 0; step < 100; step += 1) await Promise.resolve();
  order.push('this turn');
  await later;
  expect(order).toEqual(['this turn', 'next turn']);
});
