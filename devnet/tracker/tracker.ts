// The package's main entry would load a native WebRTC module.
import TrackerServer from 'bittorrent-tracker/server';
import { faultOf } from './message.ts';
import { listen, type Listening, type Place } from '../http/server.ts';

/**
 * Seconds between announces, as this tracker wishes; who waits longer may. An announce carries offers
 * to five peers at most, so that a small swarm meets at the first. Later ones repair what a lost
 * connection broke, and each costs the page a set of fresh offers, so not too often.
 */
const ANNOUNCE_SECONDS = 8;
/** The server tells WebSocket clients a fifth of its interval. */
const WEBSOCKET_SHARE = 5;

/** The library trusts the shape of messages, and throws where nobody catches. */
class GuardedServer extends TrackerServer {
  override _onWebSocketRequest(
    ...[socket, options, message]: Parameters<TrackerServer['_onWebSocketRequest']>
  ): void {
    const fault = faultOf(message.toString());
    if (fault === undefined) super._onWebSocketRequest(socket, options, message);
    else socket.send(JSON.stringify({ 'failure reason': fault }));
  }
}

/** Starts a WebSocket tracker. @throws Error when the port is taken. */
export const startTracker = async (place: Place): Promise<Listening> => {
  const tracker = new GuardedServer({
    http: false,
    udp: false,
    ws: true,
    stats: false,
    interval: ANNOUNCE_SECONDS * WEBSOCKET_SHARE * 1000,
  });
  // What clients do wrong is theirs; listening errors reach the caller through listen().
  tracker.on('warning', () => undefined);
  tracker.on('error', () => undefined);
  const listening = await listen(tracker.http, place, 'tracker');
  return {
    port: listening.port,
    stop: () => {
      tracker.destroyed = true;
      tracker.ws.close();
      return listening.stop();
    },
  };
};
