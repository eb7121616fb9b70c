import { sameBytes } from '../../channel/bytes.ts';
import { fail, failureOf, ok, type Result } from '../../shared/result.ts';

/**
 * The backup file: `RVLTBKUP` ‖ version ‖ kdf ‖ iterations (u32, big endian) ‖ salt (16) ‖ nonce (12) ‖
 * AES-256-GCM ciphertext with its tag ‖ SHA-256 of all before. The header is authenticated with the
 * ciphertext; the plain checksum tells damage from a wrong passphrase.
 */
const MAGIC = new TextEncoder().encode('RVLTBKUP');
const VERSION = 1;
/** PBKDF2 with HMAC-SHA-256. */
const KDF = 1;
/** What OWASP asks of PBKDF2-SHA-256 since 2023; half a second on a phone. */
const ITERATIONS = 600_000;
/** A hostile file must not keep the machine busy for more than seconds. */
const MAX_ITERATIONS = 10_000_000;
const SALT = 16;
const NONCE = 12;
const TAG = 16;
const SUM = 32;
const AT_ITERATIONS = MAGIC.length + 2;
const AT_SALT = AT_ITERATIONS + 4;
const AT_NONCE = AT_SALT + SALT;
const HEADER = AT_NONCE + NONCE;
/** Thousands of channels take a few megabytes. */
export const MAX_FILE = 64 * 1024 * 1024;

const MIN_PASSPHRASE = 10;
const MAX_PASSPHRASE = 1_000;

type Bytes = Uint8Array<ArrayBuffer>;

export interface Envelope {
  /** @returns `bad-input` when the passphrase is too short. */
  seal(passphrase: string, content: Uint8Array): Promise<Result<Bytes>>;
  /**
   * @returns `bad-input` for what is no backup, damaged or cut; `unsupported` for one of a newer
   * version; `wallet-locked` for a wrong passphrase.
   */
  open(passphrase: string, file: Uint8Array): Promise<Result<Bytes>>;
}

export const createEnvelope = (
  crypto: Pick<Crypto, 'subtle' | 'getRandomValues'>,
  iterations = ITERATIONS,
): Envelope => {
  const { subtle } = crypto;

  const keyOf = async (passphrase: string, salt: Bytes, count: number): Promise<CryptoKey> => {
    // The same letters may be typed as different code points on another keyboard.
    const secret = new TextEncoder().encode(passphrase.normalize('NFKC'));
    const base = await subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveKey']);
    return subtle.deriveKey(
      { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: count },
      base,
      { name: 'AES-GCM', length: 256 },
      false,
      ['encrypt', 'decrypt'],
    );
  };
  const sumOf = async (data: Bytes): Promise<Bytes> =>
    new Uint8Array(await subtle.digest('SHA-256', data));

  return {
    async seal(passphrase, content) {
      if (passphrase.length < MIN_PASSPHRASE || passphrase.length > MAX_PASSPHRASE) {
        return fail('bad-input', `A passphrase has ${MIN_PASSPHRASE} characters or more.`);
      }
      try {
        const header = new Uint8Array(HEADER);
        header.set(MAGIC);
        header.set([VERSION, KDF], MAGIC.length);
        new DataView(header.buffer).setUint32(AT_ITERATIONS, iterations);
        crypto.getRandomValues(header.subarray(AT_SALT));
        const key = await keyOf(passphrase, header.slice(AT_SALT, AT_NONCE), iterations);
        const algorithm = { name: 'AES-GCM', iv: header.slice(AT_NONCE), additionalData: header };
        const sealed = await subtle.encrypt(algorithm, key, Uint8Array.from(content));
        const file = new Uint8Array(HEADER + sealed.byteLength + SUM);
        file.set(header);
        file.set(new Uint8Array(sealed), HEADER);
        const end = HEADER + sealed.byteLength;
        file.set(await sumOf(file.slice(0, end)), end);
        return ok(file);
      } catch (error) {
        return { ok: false, error: failureOf(error) };
      }
    },

    async open(passphrase, file) {
      const foreign = fail('bad-input', 'This file is not a backup of this app.');
      if (!sameBytes(file.subarray(0, MAGIC.length), MAGIC)) return foreign;
      if (file[MAGIC.length] !== VERSION || file[MAGIC.length + 1] !== KDF) {
        return fail(
          'unsupported',
          'A newer version of the app made this backup. Reload to get it.',
        );
      }
      if (file.length > MAX_FILE) return foreign;
      const end = file.length - SUM;
      const damaged = fail(
        'bad-input',
        'The backup is damaged or incomplete. Nothing was changed; try another copy of the file.',
      );
      if (end < HEADER + TAG) return damaged;
      const whole = Uint8Array.from(file);
      if (!sameBytes(await sumOf(whole.slice(0, end)), whole.subarray(end))) return damaged;
      const count = new DataView(whole.buffer).getUint32(AT_ITERATIONS);
      if (count < 1 || count > MAX_ITERATIONS) return damaged;
      if (passphrase.length > MAX_PASSPHRASE)
        return fail('bad-input', 'The passphrase is too long.');
      try {
        const key = await keyOf(passphrase, whole.slice(AT_SALT, AT_NONCE), count);
        const additionalData = whole.slice(0, HEADER);
        const iv = whole.slice(AT_NONCE, HEADER);
        const algorithm = { name: 'AES-GCM', iv, additionalData };
        return ok(new Uint8Array(await subtle.decrypt(algorithm, key, whole.slice(HEADER, end))));
      } catch {
        return fail('wallet-locked', 'This passphrase does not open the backup. Try it again.');
      }
    },
  };
};
