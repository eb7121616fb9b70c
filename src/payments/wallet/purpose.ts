import type { WalletPurpose } from '../../shared/ports/payments.ts';

/**
 * What a transaction of the wallet is for. The wallet's own table has one text for each, and so has
 * every backup: the texts below are a format, and what people read is the page's to say.
 */

/** Purposes of payments to ourselves; {@link openingOf} names the one that opens channels. */
export type IncomePurpose = Exclude<WalletPurpose, 'channels' | 'other'>;

const DESCRIPTIONS: Readonly<Record<IncomePurpose, string>> = {
  faucet: 'Test coins from the faucet',
  received: 'Received a payment',
  payout: 'Payout of payment channels',
  change: 'Change of a settled channel',
  refund: 'Refund of a payment channel',
};
const OPENING = /^Open (?:a channel|(\d{1,4}) channels)$/;

/** What the wallet is told of a payment to ourselves. */
export const incomeOf = (purpose: IncomePurpose): string => DESCRIPTIONS[purpose];

/** What the wallet is told of a transaction that opens `count` channels. */
export const openingOf = (count: number): string =>
  count === 1 ? 'Open a channel' : `Open ${count} channels`;

/** The reverse of both; any other text, from another program with these keys, is `other`. */
export const purposeOf = (
  description: string,
): { readonly purpose: WalletPurpose; readonly channels: number } => {
  const opening = OPENING.exec(description);
  if (opening !== null) return { purpose: 'channels', channels: Number(opening[1] ?? 1) };
  const known = Object.entries(DESCRIPTIONS).find(([, text]) => text === description);
  return { purpose: known === undefined ? 'other' : (known[0] as IncomePurpose), channels: 0 };
};
