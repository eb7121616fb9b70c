import { PrivateKey } from '@bsv/sdk';
import { signAuth } from '../../channel/auth.ts';
import { authDigestData, authKeyId } from '../../protocol/auth.ts';
import { decodeMessage, encodeMessage } from '../../protocol/codec.ts';
import { encodeHello } from '../../protocol/hello.ts';
import { NETWORK_BYTES } from '../../protocol/limits.ts';
import type { Hello, Message, Terms } from '../../protocol/messages.ts';
import { fromHex } from '../../shared/hex.ts';
import { unwrap } from '../../shared/result.ts';
import { satoshi, satPerMiB, wireId, type InfoHash } from '../../shared/units.ts';
import { createNodeKeys } from '../wallet/keys.ts';
import type { NodeKeys } from '../wallet/port.ts';
import type { Peer } from './nodes.ts';

/** A peer without an engine: says what a test makes it say, and remembers what it hears. */
export interface Stranger {
  readonly keys: NodeKeys;
  readonly wire: number;
  readonly heard: Message[];
  say(message: Message): void;
  saySomething(data: Uint8Array): void;
  /** Signs for this wire, as `signer` when given. */
  authenticate(signer?: NodeKeys): Promise<void>;
  leave(): void;
}

/** What an honest payee might ask, with some of it changed. */
export const termsOf = (change: Partial<Terms> = {}): Terms => ({
  type: 'terms',
  termsId: 1,
  satPerMiB: satPerMiB(1_088),
  fromBytes: 0,
  windowMin: 262_144,
  windowMax: 262_144,
  minCapacity: satoshi(1_500),
  minLifetime: 86_400,
  settleMargin: 10_800,
  unconfirmedCap: satoshi(1_500),
  validUntil: 4_000_000_000,
  ...change,
});

let lastWire = 1_000_000;

/** Opens a wire to a real node; `hello` changes what the stranger says of itself. */
export const meet = (
  victim: Peer,
  infoHash: InfoHash,
  options: { readonly keys?: NodeKeys; readonly hello?: Partial<Hello> } = {},
): Stranger => {
  lastWire += 1;
  const wire = wireId(lastWire);
  const keys = options.keys ?? createNodeKeys(PrivateKey.fromRandom());
  const heard: Message[] = [];
  const [ourNonce, theirNonce] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
  const [ourPeerId, theirPeerId] = [new Uint8Array(20).fill(3), new Uint8Array(20).fill(4)];
  const saySomething = (data: Uint8Array): void =>
    victim.engine().posts.wireMessage({ wire, data });
  victim.page.onSend(wire, (data) => void heard.push(unwrap(decodeMessage(data))));
  victim.engine().posts.wireOpened({
    wire,
    infoHash,
    ourPeerId: theirPeerId,
    theirPeerId: ourPeerId,
    ourNonce: theirNonce,
    theirHello: encodeHello({
      version: 1,
      network: NETWORK_BYTES.devnet,
      identity: fromHex(keys.identity),
      nonce: ourNonce,
      ...options.hello,
    }),
  });
  return {
    keys,
    wire,
    heard,
    say: (message) => saySomething(encodeMessage(message)),
    saySomething,
    async authenticate(signer = keys) {
      const scene = {
        ourNonce,
        theirNonce,
        ourPeerId,
        theirPeerId,
        infoHash,
        signer: 'us' as const,
      };
      const request = {
        digestData: authDigestData(scene),
        keyID: authKeyId(scene),
        counterparty: victim.node.keys.identity,
      };
      const signature = unwrap(await signAuth(signer.wallet, request));
      saySomething(encodeMessage({ type: 'auth', signature }));
    },
    leave: () => victim.engine().posts.wireClosed({ wire }),
  };
};
