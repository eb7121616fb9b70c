import type { Page } from '@playwright/test';
import { PrivateKey } from '@bsv/sdk';
import { signAuth } from '../../src/channel/auth.ts';
import { createNodeKeys } from '../../src/payments/wallet/keys.ts';
import { authDigestData, authKeyId } from '../../src/protocol/auth.ts';
import { decodeMessage, encodeMessage } from '../../src/protocol/codec.ts';
import { decodeHello, encodeHello } from '../../src/protocol/hello.ts';
import { NETWORK_BYTES } from '../../src/protocol/limits.ts';
import type { Message } from '../../src/protocol/messages.ts';
import { fromHex, toHex } from '../../src/shared/hex.ts';
import { unwrap } from '../../src/shared/result.ts';
import { identityKey, infoHash as toInfoHash } from '../../src/shared/units.ts';
import { StockPage, type StockHost } from './stock.ts';

/** What the page of a cheat remembers of its wire; bytes are hex. */
interface CheatWire {
  readonly ourPeerId: string;
  readonly theirPeerId: string;
  theirHello: string | null;
  closed: boolean;
  readonly heard: string[];
  say(hex: string, times: number): void;
  sayLong(bytes: number): void;
  sendBlock(piece: number, length: number): void;
}

declare global {
  interface Window {
    cheat?: CheatWire;
  }
}

const OUR_NONCE = new Uint8Array(16).fill(7);

/**
 * A peer that speaks `bsv_pay` as it likes: the published library moves its bytes in a real page, and
 * the test decides what they say. Each has an identity and a peer id of its own.
 */
export class CheatPeer {
  readonly keys = createNodeKeys(PrivateKey.fromRandom());
  readonly #stock: StockPage;
  readonly #infoHash: string;

  constructor(page: Page, infoHash: string) {
    this.#stock = new StockPage(page);
    this.#infoHash = infoHash;
  }

  get #page(): Page {
    return this.#stock.page;
  }

  /** Joins the swarm and waits until the victim has said hello. */
  async join(host: StockHost, magnet: string): Promise<void> {
    await this.#stock.open(host);
    const hello = toHex(
      encodeHello({
        version: 1,
        network: NETWORK_BYTES.devnet,
        identity: fromHex(this.keys.identity),
        nonce: OUR_NONCE,
      }),
    );
    await this.#page.evaluate(
      ([source, ours]) => {
        interface Wire {
          readonly peerId: string;
          extendedHandshake: Record<string, unknown>;
          use(extension: unknown): void;
          on(event: 'close', listener: () => void): void;
          extended(name: string, data: Uint8Array): void;
          piece(index: number, offset: number, data: Uint8Array): void;
        }
        interface Swarm {
          on(event: 'wire', listener: (wire: Wire) => void): void;
        }
        const bytesOf = (hex: string): Uint8Array =>
          Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
        const hexOf = (data: Uint8Array): string =>
          [...data].map((byte) => byte.toString(16).padStart(2, '0')).join('');
        const client = window.stock as unknown as {
          readonly peerId: string;
          add(source: string, options: object): Swarm;
        };
        client.add(source, {}).on('wire', (wire) => {
          const cheat: CheatWire = {
            ourPeerId: client.peerId,
            theirPeerId: wire.peerId,
            theirHello: null,
            closed: false,
            heard: [],
            say(hex, times) {
              const data = bytesOf(hex);
              for (let i = 0; i < times; i += 1) wire.extended('bsv_pay', data);
            },
            sayLong: (bytes) => wire.extended('bsv_pay', new Uint8Array(bytes).fill(6)),
            sendBlock: (piece, length) => wire.piece(piece, 0, new Uint8Array(length)),
          };
          wire.extendedHandshake['bsv_pay'] = bytesOf(ours);
          class Payments {
            onExtendedHandshake(handshake: Record<string, unknown>): void {
              const value = handshake['bsv_pay'];
              if (value instanceof Uint8Array) cheat.theirHello = hexOf(value);
            }
            onMessage(data: Uint8Array): void {
              cheat.heard.push(hexOf(data));
            }
          }
          Object.defineProperty(Payments.prototype, 'name', { value: 'bsv_pay' });
          wire.use(Payments);
          wire.on('close', () => {
            cheat.closed = true;
          });
          // Whoever was thrown out tries again; what counts is the first wire.
          window.cheat ??= cheat;
        });
      },
      [magnet, hello] as const,
    );
    await this.#page.waitForFunction(() => typeof window.cheat?.theirHello === 'string');
  }

  /** A proof of this identity for this wire, or, with another nonce, for one that never was. */
  async authenticate(ourNonce = OUR_NONCE): Promise<void> {
    const seen = await this.#page.evaluate(() => ({
      hello: window.cheat?.theirHello ?? '',
      ours: window.cheat?.ourPeerId ?? '',
      theirs: window.cheat?.theirPeerId ?? '',
    }));
    const theirs = unwrap(decodeHello(fromHex(seen.hello)));
    const scene = {
      ourNonce,
      theirNonce: theirs.nonce,
      ourPeerId: fromHex(seen.ours),
      theirPeerId: fromHex(seen.theirs),
      infoHash: toInfoHash(this.#infoHash),
      signer: 'us' as const,
    };
    const signature = unwrap(
      await signAuth(this.keys.wallet, {
        digestData: authDigestData(scene),
        keyID: authKeyId(scene),
        counterparty: identityKey(toHex(theirs.identity)),
      }),
    );
    await this.say({ type: 'auth', signature });
  }

  say(message: Message): Promise<void> {
    return this.saySomething(encodeMessage(message));
  }

  saySomething(data: Uint8Array, times = 1): Promise<void> {
    return this.#page.evaluate(([hex, count]) => window.cheat?.say(hex, count), [
      toHex(data),
      times,
    ] as const);
  }

  sayLong(bytes: number): Promise<void> {
    return this.#page.evaluate((length) => window.cheat?.sayLong(length), bytes);
  }

  sendBlock(piece: number, length: number): Promise<void> {
    return this.#page.evaluate(([index, size]) => window.cheat?.sendBlock(index, size), [
      piece,
      length,
    ] as const);
  }

  /** What the victim has said, decoded. */
  async heard(): Promise<Message[]> {
    const raw = await this.#page.evaluate(() => window.cheat?.heard ?? []);
    return raw.map((hex) => unwrap(decodeMessage(fromHex(hex))));
  }

  /** Goes away: cheats would find each other in the swarm otherwise. */
  leave(): Promise<void> {
    return this.#page.context().close();
  }

  isClosed(): Promise<boolean> {
    return this.#page.evaluate(() => window.cheat?.closed ?? false);
  }
}
