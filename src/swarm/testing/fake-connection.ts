import type { LinkConnection } from '../lanes/link.ts';

/**
 * Connections in memory, for where there is no WebRTC: an SDP is the number of the connection that
 * wrote it, and two that have each other's are connected.
 */
const all = new Map<string, FakeConnection>();

class FakeChannel {
  binaryType = 'blob';
  bufferedAmountLowThreshold = 0;
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onbufferedamountlow: (() => void) | null = null;
  other: FakeChannel | null = null;
  isOpen = false;
  sent = 0;
  readonly #waiting: unknown[] = [];

  send(data: Uint8Array | string): void {
    this.sent += 1;
    this.bufferedAmount += data.length;
    // A copy, as the wire makes one.
    this.#waiting.push(typeof data === 'string' ? data : Uint8Array.from(data).buffer);
    setImmediate(() => this.drain());
  }

  drain(): void {
    for (const data of this.#waiting.splice(0)) this.other?.onmessage?.({ data });
    this.bufferedAmount = 0;
    this.onbufferedamountlow?.();
  }
}

export class FakeConnection {
  readonly id = String(all.size);
  readonly channel = new FakeChannel();
  readonly candidates: string[] = [];
  readonly sctp = { maxMessageSize: 262_144 };
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: RTCSessionDescription | null = null;
  #remote: string | null = null;
  readonly #listeners = new Map<string, ((event: unknown) => void)[]>();

  constructor() {
    all.set(this.id, this);
  }

  /** Those that there are, oldest first. */
  static get all(): readonly FakeConnection[] {
    return [...all.values()];
  }
  static forget(): void {
    all.clear();
  }

  get isOpen(): boolean {
    return this.channel.isOpen && this.connectionState === 'new';
  }

  createDataChannel(): FakeChannel {
    return this.channel;
  }
  addEventListener(type: string, listener: (event: unknown) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }
  emit(type: string, event: unknown = {}): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
  async setLocalDescription(): Promise<void> {
    this.localDescription = { sdp: this.id } as RTCSessionDescription;
    setImmediate(() => this.emit('icecandidate', { candidate: { candidate: `of ${this.id}` } }));
    this.#connect();
  }
  async setRemoteDescription({ sdp }: { sdp?: string }): Promise<void> {
    if (sdp === undefined || !all.has(sdp)) throw new TypeError('This is no SDP.');
    this.#remote = sdp;
    this.#connect();
  }
  async addIceCandidate({ candidate }: RTCIceCandidateInit): Promise<void> {
    if (this.#remote === null) throw new TypeError('There is no description yet.');
    this.candidates.push(candidate ?? '');
  }
  fail(): void {
    this.connectionState = 'failed';
    this.emit('connectionstatechange');
  }
  close(): void {
    if (this.connectionState === 'closed') return;
    this.connectionState = 'closed';
    const { other } = this.channel;
    setImmediate(() => other?.onclose?.());
  }
  #connect(): void {
    const other = all.get(this.#remote ?? '');
    if (other === undefined || this.localDescription === null) return;
    if (other.#remote !== this.id || other.localDescription === null) return;
    this.channel.other = other.channel;
    other.channel.other = this.channel;
    setImmediate(() => {
      for (const one of [this, other]) {
        if (one.connectionState !== 'new') continue;
        one.channel.isOpen = true;
        one.channel.onopen?.();
      }
    });
  }
}

/** The same as the product's type. */
export const fakeConnection = (): LinkConnection & FakeConnection =>
  new FakeConnection() as LinkConnection & FakeConnection;
