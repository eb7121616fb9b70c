import { sourceOfUrl } from './model/source.ts';
import type { Router } from './router/router.svelte.ts';

/** The part of the Launch Handler API that is used here; not in TypeScript's library. */
interface LaunchParams {
  readonly targetURL?: string;
  readonly files?: readonly { getFile(): Promise<File> }[];
}
declare global {
  interface Window {
    readonly launchQueue?: { setConsumer(consumer: (params: LaunchParams) => void): void };
  }
}

/**
 * What the installed app is asked to open while it runs already: links come as a URL, because the
 * page is not loaded again for them, and `.torrent` files as handles.
 */
export const followLaunches = (
  page: Pick<Window, 'launchQueue'>,
  router: Router,
  onfiles: (files: readonly File[]) => void,
): void => {
  page.launchQueue?.setConsumer(({ targetURL, files = [] }) => {
    const source = targetURL === undefined ? null : sourceOfUrl(new URL(targetURL));
    if (source !== null) router.go({ view: 'link', source });
    if (files.length === 0) return;
    void Promise.all(files.map((handle) => handle.getFile())).then(onfiles, () => undefined);
  });
};
