/** Header of a WAVE file (RIFF, PCM, one channel of 8 bits at 8 kHz) and one sample of silence. */
const SILENCE = Uint8Array.from([
  ...[0x52, 0x49, 0x46, 0x46, 37, 0, 0, 0, 0x57, 0x41, 0x56, 0x45], // RIFF, length, WAVE
  ...[0x66, 0x6d, 0x74, 0x20, 16, 0, 0, 0, 1, 0, 1, 0], // fmt, length, PCM, channels
  ...[0x40, 0x1f, 0, 0, 0x40, 0x1f, 0, 0, 1, 0, 8, 0], // samples and bytes a second, frame, bits
  ...[0x64, 0x61, 0x74, 0x61, 1, 0, 0, 0, 0x80], // data, length, one sample
]);

type SoundPage = Pick<Window & typeof globalThis, 'Audio' | 'URL'>;

const awake = new WeakSet<SoundPage>();

/**
 * Makes the browser start what plays sound, which it does, some tenths of a second long, when a first
 * film with sound is about to show its picture. Loads a moment of silence and plays nothing.
 */
export const wakeSound = (page: SoundPage): void => {
  if (awake.has(page)) return;
  awake.add(page);
  const url = page.URL.createObjectURL(new Blob([SILENCE], { type: 'audio/wav' }));
  const audio = new page.Audio(url);
  const done = (): void => page.URL.revokeObjectURL(url);
  audio.addEventListener('loadeddata', done, { once: true });
  audio.addEventListener('error', done, { once: true });
  audio.preload = 'auto';
};
