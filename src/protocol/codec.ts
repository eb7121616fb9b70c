import { fail, ok, type Result } from '../shared/result.ts';
import {
  closedLayout,
  closeLayout,
  openLayout,
  openNoLayout,
  openOkLayout,
  resumeLayout,
} from './codec-channel.ts';
import { creditLayout, needPayLayout, payLayout } from './codec-credit.ts';
import type { Layout } from './codec-layout.ts';
import { Reader } from './codec-reader.ts';
import { authLayout, faultLayout, termsLayout } from './codec-wire.ts';
import { Writer } from './codec-writer.ts';
import { MAX_MESSAGE_BYTES } from './limits.ts';
import type { Message } from './messages.ts';

/**
 * The binary form of every message after the hello: one byte that numbers the message, then its
 * fields in fixed order, integers big-endian. The layouts stand beside their fields in the
 * `codec-*.ts` files and in docs/protocol.md.
 */

const LAYOUTS: { readonly [M in Message as M['type']]: Layout<M> } = {
  auth: authLayout,
  terms: termsLayout,
  open: openLayout,
  open_ok: openOkLayout,
  open_no: openNoLayout,
  pay: payLayout,
  credit: creditLayout,
  need_pay: needPayLayout,
  resume: resumeLayout,
  close: closeLayout,
  closed: closedLayout,
  error: faultLayout,
};

const BY_NUMBER = new Map<number, Layout<Message>>(
  Object.values(LAYOUTS).map((layout) => [layout.number, layout]),
);

/**
 * The bytes of `message`, ready for the extension's payload.
 * @throws RangeError when a field is out of the bounds that {@link decodeMessage} checks.
 */
export const encodeMessage = (message: Message): Uint8Array => {
  // The table is keyed by the message's own type, which TypeScript cannot follow through an index.
  const layout = LAYOUTS[message.type] as Layout<Message>;
  const writer = new Writer();
  writer.u8(layout.number, 'message number');
  layout.write(writer, message);
  return writer.finish();
};

/**
 * Reads what a peer sent. Never throws, and holds on to nothing of `data`. Bytes behind the last
 * known field are ignored, so that later versions can append.
 * @returns the message; failure `unsupported` for a message number that this version does not know,
 * which is to be ignored; failure `protocol` for anything malformed, which ends the session.
 */
export const decodeMessage = (data: Uint8Array): Result<Message> => {
  if (data.length > MAX_MESSAGE_BYTES) return fail('protocol', 'The message is too large.');
  const reader = new Reader(data);
  const number = reader.u8('message number');
  if (number === 0) return fail('protocol', 'The message has no number.');
  const layout = BY_NUMBER.get(number);
  if (layout === undefined) return fail('unsupported', `Message ${number} is not known.`);
  const message = layout.read(reader);
  const problem = reader.problem();
  return problem === null
    ? ok(message)
    : fail('protocol', `Malformed ${message.type}: ${problem}.`);
};
