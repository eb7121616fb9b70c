/** What the page of a cheat remembers of its wire; bytes are hex. */
export interface CheatWire {
  readonly ourPeerId: string;
  readonly theirPeerId: string;
  theirHello: string | null;
  closed: boolean;
  readonly heard: string[];
  say(hex: string, times: number): void;
  sayLong(bytes: number): void;
  /** Blocks of zeros that nobody asked for. */
  sendBlocks(piece: number, length: number, times: number): void;
}

interface LibraryWire {
  readonly peerId: string;
  extendedHandshake: Record<string, unknown>;
  use(extension: unknown): void;
  on(event: 'close', listener: () => void): void;
  extended(name: string, data: Uint8Array): void;
  piece(index: number, offset: number, data: Uint8Array): void;
}
interface LibrarySwarm {
  on(event: 'wire', listener: (wire: LibraryWire) => void): void;
}
/** The stock library's client, as far as a cheat uses it. */
export interface LibraryClient {
  readonly peerId: string;
  readonly torrents: readonly LibrarySwarm[];
  add(source: string, options: object): LibrarySwarm;
}

declare global {
  interface Window {
    cheat?: CheatWire;
    cheatOn?(swarm: LibrarySwarm, hello: string): void;
  }
}

/** Runs in the page: lets the first wire of a swarm speak `bsv_pay` as it is told. */
export const installCheat = (): void => {
  const bytesOf = (hex: string): Uint8Array =>
    Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const hexOf = (data: Uint8Array): string =>
    [...data].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const nonceOf = (hello: string): string => hello.slice(2 * 35, 2 * 51);
  window.cheatOn = (swarm, hello) => {
    swarm.on('wire', (wire) => {
      const cheat: CheatWire = {
        ourPeerId: (window.stock as unknown as LibraryClient).peerId,
        theirPeerId: wire.peerId,
        theirHello: null,
        closed: false,
        heard: [],
        say(hex, times) {
          const data = bytesOf(hex);
          for (let i = 0; i < times; i += 1) wire.extended('bsv_pay', data);
        },
        sayLong: (bytes) => wire.extended('bsv_pay', new Uint8Array(bytes).fill(6)),
        sendBlocks(piece, length, times) {
          const data = new Uint8Array(length);
          for (let i = 0; i < times; i += 1) wire.piece(piece, 0, data);
        },
      };
      wire.extendedHandshake['bsv_pay'] = bytesOf(hello);
      class Payments {
        onExtendedHandshake(handshake: Record<string, unknown>): void {
          const value = handshake['bsv_pay'];
          if (!(value instanceof Uint8Array)) return;
          cheat.theirHello = hexOf(value);
          // Cheats of one test meet too, and have one nonce. Whoever was thrown out tries again:
          // what counts is the first wire to the victim.
          if (nonceOf(cheat.theirHello) !== nonceOf(hello)) window.cheat ??= cheat;
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
    });
  };
};
