import type { Clock } from '../../shared/clock.ts';
import { LANE_OPEN_MS, MAX_CANDIDATES, MAX_SEND } from '../limits.ts';

/** Label of the channel of a lane. */
export const LANE_LABEL = 'lane';

/** One more connection with a peer that we are connected with already. */
export interface Link {
  readonly isOpen: boolean;
  /** Bytes that wait in its channel. */
  readonly backlog: number;
  /** Largest message that it takes. */
  readonly maxMessage: number;
  /** Its owner is told when no more than this waits. */
  lowMark(bytes: number): void;
  send(message: Uint8Array<ArrayBuffer>): void;
  /** The peer's SDP or one of its ICE candidates came. */
  onDescription(sdp: string): void;
  onCandidate(candidate: string): void;
  /** Ends it; `onEnd` is not called. */
  close(): void;
}

/** The part of `RTCPeerConnection` that a link uses. */
export type LinkConnection = Pick<
  RTCPeerConnection,
  | 'createDataChannel'
  | 'setLocalDescription'
  | 'setRemoteDescription'
  | 'addIceCandidate'
  | 'localDescription'
  | 'connectionState'
  | 'sctp'
  | 'close'
  | 'addEventListener'
>;

export interface LinkParts {
  readonly connection: LinkConnection;
  readonly role: 'offerer' | 'answerer';
  readonly clock: Clock;
  readonly sayDescription: (sdp: string) => void;
  readonly sayCandidate: (candidate: string) => void;
  readonly onOpen: () => void;
  readonly onMessage: (message: ArrayBuffer) => void;
  readonly onLow: () => void;
  /** It failed, or the peer has closed it; `wasOpen` tells whether anything may have been lost. */
  readonly onEnd: (wasOpen: boolean) => void;
}

/**
 * Makes the connection and its channel. Both sides open the channel by agreement (`negotiated`), and
 * unordered: each message stands for itself, so a lost packet holds back no other one.
 */
export const openLink = (parts: LinkParts): Link => {
  const { connection, role } = parts;
  let isOpen = false;
  let ended = false;
  let candidates = 0;

  const channel = connection.createDataChannel(LANE_LABEL, {
    negotiated: true,
    id: 0,
    ordered: false,
  });
  channel.binaryType = 'arraybuffer';

  const stop = (): boolean => {
    if (ended) return false;
    ended = true;
    stopWaiting();
    connection.close();
    return true;
  };
  const end = (): void => {
    const wasOpen = isOpen;
    isOpen = false;
    if (stop()) parts.onEnd(wasOpen);
  };
  const stopWaiting = parts.clock.after(LANE_OPEN_MS, () => {
    if (!isOpen) end();
  });

  channel.onopen = () => {
    if (ended) return;
    isOpen = true;
    stopWaiting();
    parts.onOpen();
  };
  channel.onclose = end;
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (ended) return;
    if (data instanceof ArrayBuffer) parts.onMessage(data);
    else end();
  };
  channel.onbufferedamountlow = () => {
    if (!ended) parts.onLow();
  };
  connection.addEventListener('connectionstatechange', () => {
    if (connection.connectionState === 'failed') end();
  });
  connection.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate !== null && candidate.candidate !== '') parts.sayCandidate(candidate.candidate);
  });

  /** Steps one after the other: a candidate that comes before the description waits for it. */
  let steps: Promise<unknown> = Promise.resolve();
  const then = (step: () => Promise<unknown>): void => {
    steps = steps.then(() => (ended ? undefined : step())).catch(end);
  };
  const describe = async (): Promise<void> => {
    await connection.setLocalDescription();
    const sdp = connection.localDescription?.sdp;
    if (!ended && sdp !== undefined) parts.sayDescription(sdp);
  };
  let onDescribed: () => void = () => undefined;
  const described = new Promise<void>((resolve) => (onDescribed = resolve));
  if (role === 'offerer') then(describe);

  return {
    get isOpen() {
      return isOpen;
    },
    get backlog() {
      return channel.bufferedAmount;
    },
    get maxMessage() {
      return Math.min(connection.sctp?.maxMessageSize ?? MAX_SEND, MAX_SEND);
    },
    lowMark(bytes) {
      channel.bufferedAmountLowThreshold = bytes;
    },
    send: (message) => channel.send(message),
    onDescription(sdp) {
      then(async () => {
        await connection.setRemoteDescription({
          type: role === 'offerer' ? 'answer' : 'offer',
          sdp,
        });
        if (role === 'answerer') await describe();
        onDescribed();
      });
    },
    onCandidate(candidate) {
      candidates += 1;
      if (candidates > MAX_CANDIDATES) return;
      // One that the browser does not take is not used; the others may do.
      void described.then(() =>
        then(() =>
          connection.addIceCandidate({ candidate, sdpMLineIndex: 0 }).catch(() => undefined),
        ),
      );
    },
    close() {
      isOpen = false;
      stop();
    },
  };
};
