/** The part of the tracker's server that is used here; the package brings no types. */
declare module 'bittorrent-tracker/server' {
  import type { EventEmitter } from 'node:events';
  import type { Server as HttpServer } from 'node:http';

  export interface ServerOptions {
    readonly http?: boolean;
    readonly udp?: boolean;
    readonly ws?: boolean;
    readonly stats?: boolean;
    /** Milliseconds; WebSocket clients are told a fifth of it. */
    readonly interval?: number;
  }

  export default class Server extends EventEmitter {
    constructor(options?: ServerOptions);
    /** Carries the WebSocket upgrade. */
    readonly http: HttpServer;
    readonly ws: { close(): void };
    destroyed: boolean;
    /** Private: takes one message of a client. */
    _onWebSocketRequest(
      socket: { send(text: string): void },
      options: unknown,
      message: Buffer,
    ): void;
  }
}
