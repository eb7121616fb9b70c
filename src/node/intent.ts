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

/** A start is over long before; who has done nothing by then reads, and is not held up. */
const LONGEST_WAIT_MS = 6_000;

/**
 * Runs `task` once, as soon as a person does anything at all, or when the start is long over: for
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
