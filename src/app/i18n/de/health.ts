import type { health as english } from '../en/health.ts';
import type { Translation } from '../message.ts';

export const health = {
  'health.title': 'Zustand',
  'health.lead': 'Was geht und was nicht, soweit diese Seite es wissen kann.',
} as const satisfies Translation<typeof english>;
