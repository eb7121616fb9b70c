/** Ms from the click that gave the magnet. */
export interface FirstFrame {
  /** The offer was on screen and could be accepted. */
  readonly offeredMs: number;
  readonly frameMs: number;
}

/** The first element that `find` gives, as soon as the page has it. */
export const appearing = <T extends Element>(find: () => T | null): Promise<T> =>
  new Promise((resolve) => {
    const now = find();
    if (now !== null) {
      resolve(now);
      return;
    }
    const observer = new MutationObserver(() => {
      const found = find();
      if (found === null) return;
      observer.disconnect();
      resolve(found);
    });
    observer.observe(document.body, { childList: true, subtree: true, attributes: true });
  });

const enabledButton = (name: string): HTMLButtonElement | null =>
  document.querySelector<HTMLButtonElement>(`[data-testid="${name}"]:not(:disabled)`);

const shown = async (clicked: Promise<number>): Promise<FirstFrame> => {
  const clickedAt = await clicked;
  const start = await appearing(() => enabledButton('start-watching'));
  const offeredMs = performance.now() - clickedAt;
  start.click();
  const video = await appearing(() =>
    document.querySelector<HTMLVideoElement>('video[data-testid="video"]'),
  );
  const frameMs = await new Promise<number>((resolve) => {
    video.requestVideoFrameCallback(() => resolve(performance.now() - clickedAt));
  });
  return { offeredMs, frameMs };
};

/**
 * Types the magnet into the home view. Somebody then clicks Add, and accepts the offer the moment it
 * can be accepted. @returns once Add can be clicked: what waits for the first frame.
 */
export const prepareFirstFrame = async (magnet: string): Promise<() => Promise<FirstFrame>> => {
  const field = await appearing(() =>
    document.querySelector<HTMLInputElement>('[data-testid="add-source"]'),
  );
  field.value = magnet;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  const add = await appearing(() => enabledButton('add-submit'));
  const clicked = new Promise<number>((resolve) => {
    add.addEventListener('click', (event) => resolve(event.timeStamp), { once: true });
  });
  const frame = shown(clicked);
  return () => frame;
};
