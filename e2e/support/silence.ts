import type { Page } from '@playwright/test';

/** First byte of the `bsv_pay` messages that move money (docs/protocol.md). */
const OPEN = 3;
const PAY = 6;

declare global {
  interface Window {
    /** While true, the page swallows every payment that its worker wants to send. */
    paysNobody?: boolean;
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
      window.paysNobody = true;
      const original = Worker.prototype.addEventListener;
      const swallowed = (frame: Frame): boolean => {
        const first = frame.name === 'wireSend' ? frame.payload?.data?.[0] : undefined;
        return window.paysNobody === true && (first === open || first === pay);
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
          const frames = (data.frames as readonly Frame[]).filter((frame) => !swallowed(frame));
          listener.call(this, new MessageEvent('message', { data: { ...data, frames } }));
        };
        original.call(this, type, filtered, options);
      } as typeof Worker.prototype.addEventListener;
    },
    [OPEN, PAY] as const,
  );
};

/** From now on the node's payments go out. */
export const payAgain = (page: Page): Promise<void> =>
  page.evaluate(() => {
    window.paysNobody = false;
  });
