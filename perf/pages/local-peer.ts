import { PrivateKey, Transaction } from '@bsv/sdk';
import { signAuth, verifyAuth } from '../../src/channel/auth.ts';
import type { Curve } from '../../src/channel/curve.ts';
import type { ChannelOutput } from '../../src/channel/preimage.ts';
import { createUpdateVerifier } from '../../src/channel/update.ts';
import { createNodeKeys } from '../../src/payments/wallet/keys.ts';
import { authDigestData, authKeyId } from '../../src/protocol/auth.ts';
import { decodeMessage, encodeMessage } from '../../src/protocol/codec.ts';
import { encodeHello } from '../../src/protocol/hello.ts';
import { NETWORK_BYTES, PROTOCOL_VERSION } from '../../src/protocol/limits.ts';
import type { Message, Open, Pay } from '../../src/protocol/messages.ts';
import {
  CAPACITY_MIN,
  CHANNEL_LIFETIME_MIN_S,
  SETTLE_MARGIN_S,
  UNCONFIRMED_CAP,
  WINDOW_MAX,
  WINDOW_MIN,
  WINDOW_USUAL,
} from '../../src/protocol/policy.ts';
import { fromHex, toHex } from '../../src/shared/hex.ts';
import { unwrap } from '../../src/shared/result.ts';
import {
  BLOCK_LENGTH,
  identityKey,
  MIB,
  satPerMiB,
  txId,
  type ChannelId,
  type InfoHash,
} from '../../src/shared/units.ts';

/**
 * The other end of a wire, just large enough to trade: it proves who it is, offers its price, takes
 * the channel and acknowledges what it is paid, ten times a second as a node does. It keeps every
 * payment, to check them all when nothing is being measured any more.
 */
export interface LocalPeer {
  readonly identity: string;
  /** The hello of a wire, and what it has to be opened with. */
  open(wire: number, infoHash: InfoHash): PeerWire;
  /** Checks the signature of every payment against the funded channel. @returns how many there were. */
  verifyAll(curve: Curve): number;
}

export interface PeerWire {
  readonly hello: Uint8Array;
  readonly peerId: Uint8Array;
  /** What the engine sends on this wire. */
  receive(data: Uint8Array): void;
  offer(): void;
}

export interface PeerParts {
  /** Sends on a wire to the engine. */
  readonly send: (wire: number, data: Uint8Array) => void;
  readonly ourIdentity: string;
  readonly ourPeerId: Uint8Array;
  readonly nonceOf: (wire: number) => Uint8Array;
  /** A payment came: bytes that the engine counts as paid to this peer, in all. */
  readonly onPay: (bytes: number) => void;
}

/** One satoshi a block: what a block costs changes no step of its way, and coins last longer. */
export const PEER_PRICE = satPerMiB(MIB / BLOCK_LENGTH);
const CREDIT_EVERY_MS = 100;
const VALID_S = 24 * 3600;

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

const outputOf = ({ funding, vout, capacity }: Open): ChannelOutput => {
  const tx = Transaction.fromAtomicBEEF(funding);
  const output = tx.outputs[vout];
  if (output === undefined) throw new Error('The channel is not in its funding transaction.');
  return {
    fundingTxid: txId(tx.id('hex')),
    vout,
    capacity,
    lockingScript: Uint8Array.from(output.lockingScript.toBinary()),
  };
};

export const createLocalPeer = (parts: PeerParts): LocalPeer => {
  const keys = createNodeKeys(PrivateKey.fromRandom());
  const channels = new Map<ChannelId, Open>();
  const payments: Pay[] = [];
  let credit: (() => void) | null = null;
  const say = (wire: number, message: Message): void => parts.send(wire, encodeMessage(message));

  const acknowledge = (wire: number): void => {
    if (credit !== null) return;
    credit = () => {
      credit = null;
      const last = payments.at(-1);
      if (last === undefined) return;
      say(wire, { type: 'credit', cid: last.cid, paid: last.paid, window: WINDOW_USUAL });
    };
    setTimeout(() => credit?.(), CREDIT_EVERY_MS);
  };

  return {
    identity: keys.identity,
    open(wire, infoHash) {
      const nonce = random(16);
      const peerId = random(20);
      const scene = {
        ourNonce: nonce,
        theirNonce: parts.nonceOf(wire),
        ourPeerId: peerId,
        theirPeerId: parts.ourPeerId,
        infoHash,
      };
      const counterparty = identityKey(parts.ourIdentity);
      const request = (signer: 'us' | 'them') => ({
        digestData: authDigestData({ ...scene, signer }),
        keyID: authKeyId({ ...scene, signer }),
        counterparty,
      });
      const prove = async (theirs: Uint8Array): Promise<void> => {
        const proved = await verifyAuth(keys.wallet, { ...request('them'), signature: theirs });
        if (!proved) throw new Error('The engine did not prove who it is.');
        const signature = unwrap(await signAuth(keys.wallet, request('us')));
        say(wire, { type: 'auth', signature });
      };
      const handle = (message: Message): void => {
        if (message.type === 'auth') void prove(message.signature);
        else if (message.type === 'open') {
          const { cid, capacity } = message;
          channels.set(cid, message);
          say(wire, { type: 'open_ok', cid, status: 'mined', credit: capacity });
        } else if (message.type === 'pay') {
          payments.push(message);
          parts.onPay(message.bytes);
          acknowledge(wire);
        }
      };
      return {
        hello: encodeHello({
          version: PROTOCOL_VERSION,
          network: NETWORK_BYTES.devnet,
          identity: fromHex(keys.identity),
          nonce,
        }),
        peerId,
        receive: (data) => handle(unwrap(decodeMessage(data))),
        offer: () =>
          say(wire, {
            type: 'terms',
            termsId: 1,
            satPerMiB: PEER_PRICE,
            fromBytes: 0,
            windowMin: WINDOW_MIN,
            windowMax: WINDOW_MAX,
            minCapacity: CAPACITY_MIN,
            minLifetime: CHANNEL_LIFETIME_MIN_S,
            settleMargin: SETTLE_MARGIN_S,
            unconfirmedCap: UNCONFIRMED_CAP,
            validUntil: Math.floor(Date.now() / 1000) + VALID_S,
          }),
      };
    },
    verifyAll(curve) {
      const verifiers = new Map(
        [...channels].map(([cid, open]) => [cid, createUpdateVerifier(curve, outputOf(open))]),
      );
      for (const { cid, paid, signature } of payments) {
        if (verifiers.get(cid)?.verify(paid, signature) !== true) {
          throw new Error(`A payment of ${paid} sat is not signed: ${toHex(signature)}`);
        }
      }
      return payments.length;
    },
  };
};
