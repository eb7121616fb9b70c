import { FILM, hash, mix, noise, smoothstep } from './numbers.mjs';

const RATE = 44_100;
const LENGTH = FILM.seconds * RATE;

/** Eight chords of nine seconds, as notes counted from A (110 Hz) in half-tones. */
const CHORDS = [
  [5, 12, 16, 19, 26],
  [2, 9, 17, 21, 24],
  [-2, 10, 14, 17, 24],
  [0, 7, 14, 16, 23],
  [5, 12, 16, 21, 28],
  [3, 10, 15, 19, 26],
  [-2, 10, 14, 21, 26],
  [5, 12, 17, 19, 24],
];
const CHORD_SECONDS = FILM.seconds / CHORDS.length;

/** @param {number} halfTones */
const pitch = (halfTones) => 110 * 2 ** (halfTones / 12);

/** @typedef {[Float32Array, Float32Array]} Stereo */

/**
 * Slow swelling chords: each note is a pair of slightly detuned waves, one for each side.
 * @param {Stereo} out
 */
const addPad = (out) => {
  CHORDS.forEach((chord, index) => {
    const begin = Math.max(0, (index * CHORD_SECONDS - 2.5) * RATE);
    const end = Math.min(LENGTH, ((index + 1) * CHORD_SECONDS + 2.5) * RATE);
    for (const [voice, note] of chord.entries()) {
      const level = 0.055 / (1 + 0.28 * voice);
      for (let i = Math.floor(begin); i < end; i += 1) {
        const t = i / RATE;
        const local = t - index * CHORD_SECONDS;
        const swell =
          smoothstep(-2.5, 2, local) *
          (1 - smoothstep(CHORD_SECONDS - 2, CHORD_SECONDS + 2.5, local));
        const breathe = 0.8 + 0.2 * Math.sin(t * 0.7 + voice * 1.9);
        for (let side = 0; side < 2; side += 1) {
          const phase = 2 * Math.PI * pitch(note) * (side === 0 ? 0.9985 : 1.0015) * t + voice;
          const wave = Math.sin(phase) + 0.28 * Math.sin(2 * phase) + 0.09 * Math.sin(3 * phase);
          const channel = /** @type {Float32Array} */ (out[side]);
          channel[i] = (channel[i] ?? 0) + level * swell * breathe * wave;
        }
      }
    }
  });
};

/**
 * Single bell notes of the chord of the moment, like drops.
 * @param {Stereo} out
 */
const addDrops = (out) => {
  for (let drop = 0; drop < 150; drop += 1) {
    const at = 1.5 + drop * 0.45 + 0.12 * hash(drop, 71);
    if (at > FILM.seconds - 5 || hash(drop, 72) < 0.38) continue;
    const chord = CHORDS[Math.min(CHORDS.length - 1, Math.floor(at / CHORD_SECONDS))] ?? [];
    const note = chord[1 + Math.floor(hash(drop, 73) * (chord.length - 1))] ?? 12;
    const frequency = pitch(note + (hash(drop, 74) > 0.55 ? 24 : 12));
    const pan = mix(0.2, 0.8, hash(drop, 75));
    const level = mix(0.025, 0.06, hash(drop, 76));
    for (let i = 0; i < 2.6 * RATE; i += 1) {
      const t = i / RATE;
      const envelope = Math.min(1, t / 0.006) * Math.exp(-t * 2.6);
      const phase = 2 * Math.PI * frequency * t;
      const wave = Math.sin(phase) + 0.35 * Math.exp(-t * 6) * Math.sin(2.76 * phase);
      const index = Math.floor(at * RATE) + i;
      out[0][index] = (out[0][index] ?? 0) + level * envelope * wave * (1 - pan);
      out[1][index] = (out[1][index] ?? 0) + level * envelope * wave * pan;
    }
  }
};

/**
 * Water: a bright trickle at the spring, a broad murmur in the plain, surf at the sea.
 * @param {Stereo} out
 */
const addWater = (out) => {
  for (let side = 0; side < 2; side += 1) {
    const channel = /** @type {Float32Array} */ (out[side]);
    let low = 0;
    let lower = 0;
    for (let i = 0; i < LENGTH; i += 1) {
      const t = i / RATE;
      const white = 2 * hash(i, 81 + side) - 1;
      const sea = smoothstep(46, 62, t);
      // Two one-pole filters; what lies between them is the sound of the water.
      const brightness = mix(mix(0.32, 0.16, smoothstep(4, 30, t)), 0.05, sea);
      low += brightness * (white - low);
      lower += mix(0.05, 0.006, sea) * (low - lower);
      const trickle = 0.55 + 0.45 * noise(t * 7 + side * 50, 83) * noise(t * 2.3, 84);
      const surf = 0.25 + 1.9 * Math.sin((Math.PI * t) / 7.5 + side * 0.25) ** 4;
      channel[i] = (channel[i] ?? 0) + (low - lower) * mix(0.05 * trickle, 0.13 * surf, sea);
    }
  }
};

/**
 * Echoes that cross from side to side give the drops a valley to sound in.
 * @param {Stereo} out
 */
const addEcho = (out) => {
  const delay = Math.floor(0.41 * RATE);
  for (let i = delay; i < LENGTH; i += 1) {
    const [left, right] = [out[0][i - delay] ?? 0, out[1][i - delay] ?? 0];
    out[0][i] = (out[0][i] ?? 0) + 0.3 * right;
    out[1][i] = (out[1][i] ?? 0) + 0.3 * left;
  }
};

/**
 * The whole sound of the film.
 * @returns {Buffer} a WAV file: 16 bit, two channels, 44.1 kHz
 */
export const renderSound = () => {
  /** @type {Stereo} */
  const out = [new Float32Array(LENGTH), new Float32Array(LENGTH)];
  addPad(out);
  addDrops(out);
  addEcho(out);
  addWater(out);
  const peak = out.reduce(
    (max, channel) => channel.reduce((m, x) => Math.max(m, Math.abs(x)), max),
    0,
  );
  const data = Buffer.alloc(44 + LENGTH * 4);
  data.write('RIFF', 0);
  data.writeUInt32LE(36 + LENGTH * 4, 4);
  data.write('WAVEfmt ', 8);
  data.writeUInt32LE(16, 16);
  data.writeUInt16LE(1, 20);
  data.writeUInt16LE(2, 22);
  data.writeUInt32LE(RATE, 24);
  data.writeUInt32LE(RATE * 4, 28);
  data.writeUInt16LE(4, 32);
  data.writeUInt16LE(16, 34);
  data.write('data', 36);
  data.writeUInt32LE(LENGTH * 4, 40);
  for (let i = 0; i < LENGTH; i += 1) {
    const t = i / RATE;
    const gain =
      (0.7 / peak) *
      smoothstep(0, 2, t) *
      (1 - smoothstep(FILM.seconds - 4, FILM.seconds - 0.2, t));
    data.writeInt16LE(Math.round((out[0][i] ?? 0) * gain * 32_767), 44 + i * 4);
    data.writeInt16LE(Math.round((out[1][i] ?? 0) * gain * 32_767), 46 + i * 4);
  }
  return data;
};
