import { readStretch, type StretchRead } from './reading.ts';
import { lengthOf, usersAt, type Stretch } from './users.ts';

/** Readers and players of one title, more and more of them. */
export interface AudienceReport {
  readonly reads: readonly StretchRead[];
  readonly failures: readonly string[];
  /** Times that a film stood still after it had begun. */
  readonly playerStalls: number;
  readonly frames: number;
  readonly players: number;
}

/** Every so many is a player; the others read all over the file. */
const PLAYER_EVERY = 5;
const READ_LENGTH = 1_048_576;
/** A film that waits for longer than this has stalled: less is a hiccup of a busy machine. */
const STALL_MS = 1_000;

interface Player {
  stalls(): number;
  frames(): number;
  end(): void;
}

const openPlayer = (url: string): Player => {
  const video = document.createElement('video');
  video.muted = true;
  video.loop = true;
  video.src = url;
  video.style.cssText = 'position:fixed;left:0;top:0;width:80px;height:45px;pointer-events:none';
  let stalls = 0;
  let began = false;
  let timer = 0;
  video.addEventListener('playing', () => {
    began = true;
    clearTimeout(timer);
  });
  video.addEventListener('waiting', () => {
    if (!began) return;
    timer = window.setTimeout(() => {
      stalls += 1;
    }, STALL_MS);
  });
  document.body.append(video);
  void video.play();
  return {
    stalls: () => stalls,
    frames: () => video.getVideoPlaybackQuality().totalVideoFrames,
    end() {
      clearTimeout(timer);
      video.remove();
      video.removeAttribute('src');
      video.load();
    },
  };
};

export const gatherAudience = async (
  url: string,
  size: number,
  stretches: readonly Stretch[],
): Promise<AudienceReport> => {
  const startedAt = performance.now();
  const end = lengthOf(stretches);
  const most = Math.max(...stretches.map(({ users }) => users));
  const reads: StretchRead[] = [];
  const failures: string[] = [];
  const players: Player[] = [];
  const since = (): number => performance.now() - startedAt;
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    });

  const member = async (index: number): Promise<void> => {
    while (since() < end && usersAt(stretches, since()) <= index) await pause(50);
    if (since() >= end) return;
    if (index % PLAYER_EVERY === 0) {
      players.push(openPlayer(url));
      return;
    }
    for (let turn = 0; since() < end; turn += 1) {
      if (usersAt(stretches, since()) <= index) {
        await pause(50);
        continue;
      }
      const place = ((index * 31 + turn) * 0.6180339887498949) % 1;
      const offset = Math.floor(place * Math.max(1, size - READ_LENGTH));
      try {
        reads.push(await readStretch(url, offset, Math.min(READ_LENGTH, size)));
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: most }, (_, index) => member(index)));
  await pause(Math.max(0, end - since()));
  const report = {
    reads,
    failures,
    players: players.length,
    playerStalls: players.reduce((sum, player) => sum + player.stalls(), 0),
    frames: players.reduce((sum, player) => sum + player.frames(), 0),
  };
  for (const player of players) player.end();
  return report;
};
