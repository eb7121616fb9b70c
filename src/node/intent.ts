import type { Clock } from '../shared/clock.ts';

/** What a person does before anything they ask for; well before the click that asks for it. */
const SIGNS = [
  'pointermove',
  'pointerdown',
  'keydown',
  'input',
  'focusin',
  'paste',
  'dragenter',
] as const;

/** The start is drawn by then; who does nothing for longer should find all of it done. */
const LONGEST_WAIT_MS = 500;

/**
 * Runs `task` once, as soon as a person does anything at all, or when the start is drawn: for
 * work that holds the page up and need not be done before it is used. Returns what cancels it.
 */
export const onIntent = (
  page: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>,
  clock: Clock,
  task: () => void,
): (() => void) => {
  const cancel = (): void => {
    for (const sign of SIGNS) page.removeEventListener(sign, settle, { capture: true });
    stop();
  };
  const settle = (): void => {
    cancel();
    task();
  };
  for (const sign of SIGNS) page.addEventListener(sign, settle, { capture: true });
  const stop = clock.after(LONGEST_WAIT_MS, settle);
  return cancel;
};
