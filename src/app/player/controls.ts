import type { MediaCommand } from './keys.ts';

const clamp = (value: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, value));

/** Carries out a command on the media; `frame` is what goes full screen, so that the controls come along. */
export const carryOut = (
  command: MediaCommand,
  media: HTMLMediaElement,
  frame: HTMLElement,
): void => {
  const document = frame.ownerDocument;
  // The browser may refuse (no gesture, no support); the picture then simply stays as it is.
  const refused = (): void => undefined;
  switch (command.do) {
    case 'toggle':
      if (media.paused) media.play().catch(refused);
      else media.pause();
      return;
    case 'seek':
      media.currentTime = clamp(
        media.currentTime + command.seconds,
        0,
        Number.isFinite(media.duration) ? media.duration : Number.MAX_SAFE_INTEGER,
      );
      return;
    case 'jump':
      if (Number.isFinite(media.duration)) media.currentTime = media.duration * command.share;
      return;
    case 'volume':
      media.muted = false;
      media.volume = clamp(media.volume + command.change, 0, 1);
      return;
    case 'mute':
      media.muted = !media.muted;
      return;
    case 'fullscreen':
      if (document.fullscreenElement === null) frame.requestFullscreen().catch(refused);
      else document.exitFullscreen().catch(refused);
      return;
    case 'pip':
      if (!(media instanceof HTMLVideoElement) || !document.pictureInPictureEnabled) return;
      if (document.pictureInPictureElement === null) media.requestPictureInPicture().catch(refused);
      else document.exitPictureInPicture().catch(refused);
      return;
  }
};
