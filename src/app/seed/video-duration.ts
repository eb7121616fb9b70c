/** Long enough for any index of a local film; a file that takes longer has none to find. */
const READ_TIMEOUT_MS = 8000;

/**
 * Seconds that the film in `file` lasts, read from its own index; null when this browser cannot
 * tell. Nothing is uploaded: the browser reads the file where it lies.
 */
export const videoDuration = (file: File, signal: AbortSignal): Promise<number | null> =>
  new Promise((resolve) => {
    const url = URL.createObjectURL(file);
    const video = document.createElement('video');
    const finish = (seconds: number | null): void => {
      clearTimeout(timer);
      video.removeAttribute('src');
      video.load();
      URL.revokeObjectURL(url);
      resolve(seconds);
    };
    const timer = setTimeout(finish, READ_TIMEOUT_MS, null);
    video.preload = 'metadata';
    video.onloadedmetadata = () => {
      finish(Number.isFinite(video.duration) ? video.duration : null);
    };
    video.onerror = () => {
      finish(null);
    };
    signal.addEventListener('abort', () => {
      finish(null);
    });
    video.src = url;
  });
