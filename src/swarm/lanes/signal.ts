import { LANES_OF_WIRE, MAX_SIGNAL_BYTES } from '../limits.ts';

/** What two peers say to each other about a lane, over the wire that they already have. */
export interface Signal {
  readonly kind: SignalKind;
  /** Number that its offerer gave the lane. */
  readonly lane: number;
  /** An SDP for `offer` and `answer`, an ICE candidate, or nothing. */
  readonly text: string;
}

/** `offerer-…` is said by the side that offered the lane, `answerer-…` by the other one. */
const KINDS = [
  'offer',
  'answer',
  'offerer-candidate',
  'answerer-candidate',
  'offerer-close',
  'answerer-close',
] as const;
export type SignalKind = (typeof KINDS)[number];

/** `kind u8 | lane u8 | text UTF-8`. */
export const encodeSignal = ({ kind, lane, text }: Signal): Uint8Array => {
  const body = new TextEncoder().encode(text);
  const data = new Uint8Array(2 + body.length);
  data[0] = KINDS.indexOf(kind);
  data[1] = lane;
  data.set(body, 2);
  return data;
};

/** Null for what is no signal: unknown kind or lane, too long, or no UTF-8. */
export const decodeSignal = (data: Uint8Array): Signal | null => {
  const kind = KINDS[data[0] ?? -1];
  const lane = data[1];
  if (kind === undefined || lane === undefined || lane >= LANES_OF_WIRE) return null;
  if (data.length > MAX_SIGNAL_BYTES) return null;
  try {
    return { kind, lane, text: new TextDecoder('utf-8', { fatal: true }).decode(data.subarray(2)) };
  } catch {
    return null;
  }
};
