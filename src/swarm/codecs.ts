import { fromHex, toHex } from '../shared/hex.ts';

/** Of the ECMAScript proposal for base64 and hex, what the library's bundle calls without asking. */
interface Codecs {
  toHex?: () => string;
  toBase64?: () => string;
}
interface CodecConstructor {
  fromHex?: (text: string) => Uint8Array;
}

/**
 * Gives `Uint8Array` the methods that WebTorrent 3 takes for granted, where a browser is older than
 * they are (Chrome 140, Firefox 133, Safari 18.2).
 */
export const ensureCodecs = (): void => {
  const prototype = Uint8Array.prototype as Codecs;
  const define = (target: object, name: string, value: unknown): void => {
    Object.defineProperty(target, name, { value, configurable: true, writable: true });
  };
  if (prototype.toHex === undefined) {
    define(prototype, 'toHex', function (this: Uint8Array) {
      return toHex(this);
    });
  }
  if (prototype.toBase64 === undefined) {
    define(prototype, 'toBase64', function (this: Uint8Array) {
      return btoa(String.fromCharCode(...this));
    });
  }
  if ((Uint8Array as CodecConstructor).fromHex === undefined)
    define(Uint8Array, 'fromHex', fromHex);
};
