import type { Page } from '@playwright/test';
import { PrivateKey } from '@bsv/sdk';
import { signAuth } from '../../src/channel/auth.ts';
import { createNodeKeys } from '../../src/payments/wallet/keys.ts';
import type { NodeKeys } from '../../src/payments/wallet/port.ts';
import { authDigestData, authKeyId } from '../../src/protocol/auth.ts';
import { decodeMessage, encodeMessage } from '../../src/protocol/codec.ts';
import { decodeHello, encodeHello } from '../../src/protocol/hello.ts';
import { NETWORK_BYTES } from '../../src/protocol/limits.ts';
import type { Message } from '../../src/protocol/messages.ts';
import { fromHex, toHex } from '../../src/shared/hex.ts';
import { unwrap } from '../../src/shared/result.ts';
import { identityKey, infoHash as toInfoHash, type IdentityKey } from '../../src/shared/units.ts';
import { installCheat, type LibraryClient } from './cheat-wire.ts';
import { StockPage, type StockHost } from './stock.ts';

const OUR_NONCE = new Uint8Array(16).fill(7);

/**
 * A peer that speaks `bsv_pay` as it likes: the published library moves its bytes in a real page, and
 * the test decides what they say. Each has a peer id of its own, and an identity of its own unless it
 * claims another's.
 */
export class CheatPeer {
  readonly keys: NodeKeys;
  readonly #stock: StockPage;
  #infoHash = '';

  constructor(page: Page, claims: NodeKeys = createNodeKeys(PrivateKey.fromRandom())) {
    this.#stock = new StockPage(page);
    this.keys = claims;
  }

  get #page(): Page {
    return this.#stock.page;
  }

  get #hello(): string {
    return toHex(
      encodeHello({
        version: 1,
        network: NETWORK_BYTES.devnet,
        identity: fromHex(this.keys.identity),
        nonce: OUR_NONCE,
      }),
    );
  }

  /** Joins the swarm of `magnet`. */
  async join(host: StockHost, magnet: string, infoHash: string): Promise<void> {
    this.#infoHash = infoHash;
    await this.#stock.open(host);
    await this.#page.evaluate(installCheat);
    await this.#page.evaluate(
      ([source, hello]) => {
        const client = window.stock as unknown as LibraryClient;
        window.cheatOn?.(client.add(source, {}), hello);
      },
      [magnet, this.#hello] as const,
    );
  }

  /** Seeds bytes of its own making. */
  async seed(host: StockHost, name: string, length: number, tracker: string) {
    await this.#stock.open(host);
    await this.#page.evaluate(installCheat);
    const made = await this.#stock.seed(name, length, tracker);
    this.#infoHash = made.infoHash;
    await this.#page.evaluate((hello) => {
      const [swarm] = (window.stock as unknown as LibraryClient).torrents;
      if (swarm !== undefined) window.cheatOn?.(swarm, hello);
    }, this.#hello);
    return made;
  }

  /** Waits until the victim has said hello and answers its identity. */
  async met(): Promise<IdentityKey> {
    await this.#page.waitForFunction(() => typeof window.cheat?.theirHello === 'string');
    const hex = await this.#page.evaluate(() => window.cheat?.theirHello ?? '');
    return identityKey(toHex(unwrap(decodeHello(fromHex(hex))).identity));
  }

  /** What proves this identity on this wire. */
  async proof(): Promise<Message> {
    const seen = await this.#page.evaluate(() => ({
      hello: window.cheat?.theirHello ?? '',
      ours: window.cheat?.ourPeerId ?? '',
      theirs: window.cheat?.theirPeerId ?? '',
    }));
    const theirs = unwrap(decodeHello(fromHex(seen.hello)));
    const scene = {
      ourNonce: OUR_NONCE,
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
    return { type: 'auth', signature };
  }

  async authenticate(): Promise<void> {
    await this.say(await this.proof());
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

  /** Blocks of zeros that nobody asked for. */
  sendBlocks(piece: number, length: number, times: number): Promise<void> {
    return this.#page.evaluate(
      ([index, size, count]) => window.cheat?.sendBlocks(index, size, count),
      [piece, length, times] as const,
    );
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
