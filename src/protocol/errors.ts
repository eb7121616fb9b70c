/** Error codes of `bsv_pay` on the wire. Numbers are for ever; new ones are appended. */
export const WIRE_ERRORS = {
  malformed: 1,
  'too-large': 2,
  'too-many': 3,
  'wrong-network': 4,
  'bad-auth': 5,
  'bad-terms': 6,
  'terms-expired': 7,
  'unknown-channel': 8,
  'duplicate-channel': 9,
  'bad-funding': 10,
  'funding-unseen': 11,
  'funding-double-spent': 12,
  'capacity-too-small': 13,
  'refund-too-early': 14,
  'bad-signature': 15,
  'over-capacity': 16,
  'channel-closed': 17,
  'not-settled': 18,
  internal: 19,
} as const;

export type WireErrorCode = keyof typeof WIRE_ERRORS;
