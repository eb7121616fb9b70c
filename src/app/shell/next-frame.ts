/** What is asked of the page. */
export interface DrawnPage extends Pick<
  Window,
  'requestAnimationFrame' | 'cancelAnimationFrame' | 'setTimeout' | 'clearTimeout'
> {
  readonly document: Pick<Document, 'visibilityState'>;
}

/**
 * Runs `task` in a turn of its own when the next frame has been drawn, so that one long turn becomes
 * two, and a slow device answers in between. A hidden page draws no frames: there it runs at once.
 * Returns what cancels it.
 */
export const afterNextFrame = (page: DrawnPage, task: () => void): (() => void) => {
  if (page.document.visibilityState === 'hidden') {
    task();
    return () => undefined;
  }
  let timer: number | null = null;
  const frame = page.requestAnimationFrame(() => {
    timer = page.setTimeout(task, 0);
  });
  return () => {
    page.cancelAnimationFrame(frame);
    if (timer !== null) page.clearTimeout(timer);
  };
};
