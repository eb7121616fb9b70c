import type { Page } from '@playwright/test';

/** First byte of the `bsv_pay` messages that move money (docs/protocol.md). */
const OPEN = 3;
const PAY = 6;

declare global {
  interface Window {
    /** What the page holds back of what its worker wants to send; undefined: nothing any more. */
    heldPayments?: (() => void)[] | undefined;
  }
}

/**
 * Makes the node of this page a freeloader: it takes part in everything, but `open` and `pay`
 * never leave the page, until {@link payAgain}. Call before the app is opened.
 */
export const payNobody = async (page: Page): Promise<void> => {
  await page.addInitScript(
    ([open, pay]) => {
      interface Frame {
        readonly kind: string;
        readonly name?: string;
        readonly payload?: { readonly data?: Uint8Array };
      }
      window.heldPayments = [];
      const original = Worker.prototype.addEventListener;
      const isPayment = (frame: Frame): boolean => {
        const first = frame.name === 'wireSend' ? frame.payload?.data?.[0] : undefined;
        return first === open || first === pay;
      };
      Worker.prototype.addEventListener = function (
        this: Worker,
        type: string,
        listener: EventListenerOrEventListenerObject | null,
        options?: boolean | AddEventListenerOptions,
      ) {
        if (type !== 'message' || typeof listener !== 'function') {
          original.call(this, type, listener as EventListener, options);
          return;
        }
        const filtered = (event: Event): void => {
          const { data } = event as MessageEvent<{ frames?: readonly Frame[] }>;
          if (!Array.isArray(data?.frames)) {
            listener.call(this, event);
            return;
          }
          const deliver = (frames: readonly Frame[]): void =>
            listener.call(this, new MessageEvent('message', { data: { ...data, frames } }));
          const frames = data.frames as readonly Frame[];
          const held = window.heldPayments;
          if (held === undefined) {
            deliver(frames);
            return;
          }
          const payments = frames.filter(isPayment);
          if (payments.length > 0) held.push(() => deliver(payments));
          deliver(frames.filter((frame) => !isPayment(frame)));
        };
        original.call(this, type, filtered, options);
      } as typeof Worker.prototype.addEventListener;
    },
    [OPEN, PAY] as const,
  );
};

/** What was held back goes out in its order, and from now on everything at once. */
export const payAgain = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const held = window.heldPayments ?? [];
    window.heldPayments = undefined;
    for (const deliver of held) deliver();
  });
