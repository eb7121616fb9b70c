import type { MessageKey } from '../i18n/translate.ts';

/** What is said of each code with which a payer is refused (docs/protocol.md section 4.3). */
const REFUSALS: Readonly<Record<string, MessageKey>> = {
  'unknown-channel': 'refusal.unknown-channel',
  'channel-closed': 'refusal.channel-closed',
  'not-settled': 'refusal.not-settled',
  'over-capacity': 'refusal.over-capacity',
  'bad-signature': 'refusal.bad-signature',
  'bad-terms': 'refusal.bad-terms',
  'terms-expired': 'refusal.terms-expired',
  'too-many': 'refusal.too-many',
  'duplicate-channel': 'refusal.duplicate-channel',
  'bad-funding': 'refusal.bad-funding',
  'funding-unseen': 'refusal.funding-unseen',
  'funding-double-spent': 'refusal.funding-double-spent',
  'capacity-too-small': 'refusal.capacity-too-small',
  'refund-too-early': 'refusal.refund-too-early',
  internal: 'refusal.internal',
};

/** The words for a code; null for one that has none. */
export const refusalOf = (code: string): MessageKey | null =>
  Object.hasOwn(REFUSALS, code) ? (REFUSALS[code] ?? null) : null;
