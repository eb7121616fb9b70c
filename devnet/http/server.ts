import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Closes every connection, also upgraded ones. */
  stop(): Promise<void>;
}

/** Where to listen. */
export interface Place {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Take any free port when this one is taken. */
  readonly fallback?: boolean;
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

const bind = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

/**
 * Binds `server` and remembers its connections, so that it stops at once when asked to.
 * @throws Error with a plain sentence when the port is taken.
 */
export const listen = async (server: Server, place: Place, what: string): Promise<Listening> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  try {
    await bind(server, place.host, place.port);
  } catch (error) {
    if (!isBusy(error)) throw error;
    if (place.fallback !== true) {
      throw new Error(
        `port ${place.port} for the ${what} is in use: stop what uses it or choose another`,
        { cause: error },
      );
    }
    await bind(server, place.host, 0);
  }
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A server that answers through `handler`; a handler that throws ends in status 500. */
export const httpServer = (handler: Handler): Server =>
  createServer((request, response) => {
    // A client that goes away mid-answer is no error of ours.
    response.on('error', () => undefined);
    handler(request, response).catch((error: unknown) => {
      const detail = error instanceof Error ? error.message : String(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { 'Content-Type': 'text/plain' }).end(detail);
    });
  });
