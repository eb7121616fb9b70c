// Makes public/sample/rivulet-sample.mp4. Needs ffmpeg with libx264, and Chromium.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, giveUp, run } from '../lib/process.mjs';
import { FILM } from './numbers.mjs';
import { FRAMES, openScene } from './picture.mjs';
import { renderSound } from './sound.mjs';

const FOLDER = join(ROOT, 'public', 'sample');
const FILE = join(FOLDER, 'rivulet-sample.mp4');
/** Lands the file at about 7 MB: enough blocks to show payments, little enough to keep in git. */
const VIDEO_RATE = '660k';
const AUDIO_RATE = '112k';
const LARGEST = 8_000_000;

const work = mkdtempSync(join(tmpdir(), 'rivulet-film-'));
const master = join(work, 'master.mkv');
const sound = join(work, 'sound.wav');

/** @param {readonly string[]} args */
const ffmpeg = async (args) => {
  const { code } = await run('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args]);
  if (code !== 0) giveUp('ffmpeg failed; see above.');
};

const drawMaster = async () => {
  const scene = await openScene();
  const encoder = spawn(
    'ffmpeg',
    [
      ...['-hide_banner', '-loglevel', 'error', '-y'],
      ...[
        '-f',
        'image2pipe',
        '-c:v',
        'mjpeg',
        '-framerate',
        String(FILM.framesPerSecond),
        '-i',
        '-',
      ],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '4', master],
    ],
    { stdio: ['pipe', 'inherit', 'inherit'] },
  );
  const ended = once(encoder, 'exit');
  for (let number = 0; number < FRAMES; number += 1) {
    if (!encoder.stdin.write(await scene.frame(number))) await once(encoder.stdin, 'drain');
    if (number % 240 === 0) console.log(`frame ${number} of ${FRAMES}`);
  }
  encoder.stdin.end();
  await ended;
  await scene.close();
};

writeFileSync(sound, renderSound());
await drawMaster();

const keyframes = String(2 * FILM.framesPerSecond);
const picture = [
  ...['-c:v', 'libx264', '-preset', 'veryslow', '-profile:v', 'high', '-level', '3.1'],
  ...['-vf', 'scale=out_range=tv:out_color_matrix=bt709,format=yuv420p'],
  ...['-b:v', VIDEO_RATE, '-maxrate', '1600k', '-bufsize', '3200k'],
  ...['-g', keyframes, '-keyint_min', keyframes, '-sc_threshold', '0', '-bf', '2'],
  ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
  ...['-passlogfile', join(work, 'pass')],
];
await ffmpeg(['-i', master, ...picture, '-pass', '1', '-an', '-f', 'null', '-']);
mkdirSync(FOLDER, { recursive: true });
await ffmpeg([
  ...['-i', master, '-i', sound, ...picture, '-pass', '2'],
  ...['-c:a', 'aac', '-b:a', AUDIO_RATE, '-ac', '2', '-map_metadata', '-1', '-fflags', '+bitexact'],
  ...['-flags:v', '+bitexact', '-flags:a', '+bitexact', '-metadata', 'title=Rivulet'],
  ...['-movflags', '+faststart', FILE],
]);
rmSync(work, { recursive: true });

const { size } = statSync(FILE);
console.log(`${FILE}: ${size} bytes`);
if (size > LARGEST) giveUp(`More than ${LARGEST} bytes.`);
