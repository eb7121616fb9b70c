import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Socket } from 'node:net';

/** A WebSocket client for short text messages: enough to talk to a tracker. */
export interface TextSocket {
  send(message: unknown): void;
  /** The next message, as JSON. */
  next(): Promise<Record<string, unknown>>;
  /** Resolves when the other side has closed the connection. */
  readonly closed: Promise<void>;
  close(): void;
}

/** A masked text frame (RFC 6455), at most 65,535 bytes. */
const frameOf = (text: string): Buffer => {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const head =
    payload.length < 126
      ? Buffer.from([0x81, 0x80 | payload.length])
      : Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 0xff]);
  const masked = payload.map((value, index) => value ^ (mask[index % 4] ?? 0));
  return Buffer.concat([head, mask, masked]);
};

/** Opens a connection to `url`. */
export const openSocket = (url: string): Promise<TextSocket> =>
  new Promise((resolve, reject) => {
    const asked = request(url.replace(/^ws/, 'http'), {
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      },
    });
    asked.on('error', reject);
    asked.on('upgrade', (_, socket: Socket, first: Buffer) => resolve(socketOf(socket, first)));
    asked.end();
  });

const socketOf = (socket: Socket, first: Buffer): TextSocket => {
  let received = Buffer.from(first);
  const messages: Record<string, unknown>[] = [];
  const readers: ((message: Record<string, unknown>) => void)[] = [];
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.on('error', () => undefined);

  const read = (): void => {
    while (received.length >= 2) {
      const short = (received[1] ?? 0) & 0x7f;
      const head = short === 126 ? 4 : 2;
      if (received.length < head) return;
      const length = short === 126 ? received.readUInt16BE(2) : short;
      if (received.length < head + length) return;
      const text = received.toString('utf8', head, head + length);
      const isText = ((received[0] ?? 0) & 0x0f) === 1;
      received = received.subarray(head + length);
      if (!isText) continue;
      const message = JSON.parse(text) as Record<string, unknown>;
      const reader = readers.shift();
      if (reader === undefined) messages.push(message);
      else reader(message);
    }
  };
  socket.on('data', (data: Buffer) => {
    received = Buffer.concat([received, data]);
    read();
  });
  read();

  return {
    send: (message) => void socket.write(frameOf(JSON.stringify(message))),
    next: async () =>
      messages.shift() ?? new Promise<Record<string, unknown>>((resolve) => readers.push(resolve)),
    closed,
    close: () => socket.destroy(),
  };
};
