import { fail, ok, type Result } from '../shared/result.ts';
import { SELLER_PARAMETER } from './profile.ts';

/** The profile of the node that sells the sample film; its wallet and identity are its own. */
const SELLER_PROFILE = 'sample-seller';
/** Where the film is served from; the seller reads it there and seeds it like any other file. */
export const SAMPLE_URL = '/sample/rivulet-sample.mp4';
export const SAMPLE_NAME = 'Rivulet – the sample film.mp4';
/** A cold start hashes 8 MB and opens two workers; far longer than that is a failure to tell about. */
const SELLER_TIMEOUT_MS = 30_000;

/** What the seller's page tells the page that started it. */
export type SellerNotice =
  | { readonly rivulet: 'seller'; readonly magnet: string }
  | { readonly rivulet: 'seller'; readonly failure: string };

const isNotice = (data: unknown): data is SellerNotice =>
  typeof data === 'object' && data !== null && (data as { rivulet?: unknown }).rivulet === 'seller';

/** A second node of this app, which sells the sample film. */
export interface SampleSeller {
  /** Starts it, or finds it running, and resolves with the magnet of the film. */
  magnet(): Promise<Result<string>>;
  close(): void;
}

/** The second node lives in a hidden frame, until it is closed or the page is. */
export const createSampleSeller = (page: Window): SampleSeller => {
  let running: Promise<Result<string>> | null = null;
  let open: HTMLIFrameElement | null = null;

  const start = (): Promise<Result<string>> =>
    new Promise((resolve) => {
      const frame = page.document.createElement('iframe');
      // Not `display: none`: browsers may stop rendering work and timers of such frames.
      frame.style.cssText =
        'position:fixed;width:1px;height:1px;left:-10px;top:0;border:0;opacity:0;pointer-events:none';
      frame.title = 'Sample seller';
      frame.tabIndex = -1;
      frame.ariaHidden = 'true';
      frame.src = `/?profile=${SELLER_PROFILE}&${SELLER_PARAMETER}=sample`;

      const finish = (result: Result<string>): void => {
        page.removeEventListener('message', onMessage);
        clearTimeout(timer);
        if (!result.ok) {
          frame.remove();
          running = null;
        }
        resolve(result);
      };
      const onMessage = (event: MessageEvent): void => {
        if (event.source !== frame.contentWindow || event.origin !== page.location.origin) return;
        if (!isNotice(event.data)) return;
        if ('magnet' in event.data) finish(ok(event.data.magnet));
        else finish(fail('not-ready', event.data.failure));
      };
      const timer = setTimeout(() => {
        finish(fail('timeout', 'The sample seller did not start. Nothing was paid; try again.'));
      }, SELLER_TIMEOUT_MS);
      page.addEventListener('message', onMessage);
      page.document.body.append(frame);
      open = frame;
    });

  return {
    magnet: () => (running ??= start()),
    close() {
      open?.remove();
      open = null;
      running = null;
    },
  };
};

/** Tells the page that opened this frame how it went. */
export const notifyOpener = (page: Window, notice: SellerNotice): void => {
  if (page.parent !== page) page.parent.postMessage(notice, page.location.origin);
};
