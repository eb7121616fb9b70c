import { fail, ok, type Result } from '../shared/result.ts';
import { Reader } from './codec-reader.ts';
import { Writer } from './codec-writer.ts';
import { MAX_HELLO_BYTES, NONCE_BYTES } from './limits.ts';
import type { Hello } from './messages.ts';

/**
 * The hello is one byte string, the value of `bsv_pay` in the extended handshake (BEP-10):
 * `version u8 (1 or more) | network u8 | identity 33 | nonce 16`, and whatever later versions append.
 */

/** @throws RangeError when a field does not have its size. */
export const encodeHello = (hello: Hello): Uint8Array => {
  const writer = new Writer();
  writer.u8(hello.version, 'version', 1);
  writer.u8(hello.network, 'network');
  writer.key(hello.identity, 'identity');
  writer.bytes(hello.nonce, NONCE_BYTES, 'nonce');
  return writer.finish();
};

/** Reads a peer's hello of any version. Never throws; failure `protocol` for anything malformed. */
export const decodeHello = (data: Uint8Array): Result<Hello> => {
  if (data.length > MAX_HELLO_BYTES) return fail('protocol', 'The hello is too long.');
  const reader = new Reader(data);
  const hello: Hello = {
    version: reader.u8('version', 1),
    network: reader.u8('network'),
    identity: reader.key('identity'),
    nonce: reader.bytes(NONCE_BYTES, 'nonce'),
  };
  const problem = reader.problem();
  return problem === null ? ok(hello) : fail('protocol', `Malformed hello: ${problem}.`);
};
