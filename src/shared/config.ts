/** Which chain the money is on. Sent in the handshake; peers on another network are served only what is free. */
export type Network = 'main' | 'test' | 'devnet';

/** Where the app finds the outside world. Fetched from `/config.json`, decoded by network/config.ts. */
export interface RuntimeConfig {
  readonly network: Network;
  /** WebSocket trackers, `ws:` or `wss:` (BEP-3 over WebSocket). */
  readonly trackers: readonly string[];
  /** Base URL of an ARC API, without trailing slash. */
  readonly arc: string;
  /** Base URL of a WhatsOnChain-shaped look-up API, without trailing slash. */
  readonly chain: string;
  /** Gives test coins; absent where coins have value. */
  readonly faucet?: string;
  /** STUN and TURN servers for WebRTC. */
  readonly iceServers: readonly {
    readonly urls: string | readonly string[];
    readonly username?: string;
    readonly credential?: string;
  }[];
}
