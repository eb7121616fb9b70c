import type { KeptFile } from '../../shared/ports/own-files.ts';

/**
 * Choosing files so that the browser can give them again after a restart: with handles, where it
 * has them (Chromium). Elsewhere a plain file input does.
 */
export interface Picked {
  readonly files: readonly File[];
  /** One for each file. */
  readonly handles: readonly KeptFile[];
}

interface PickingWindow {
  showOpenFilePicker(options: { readonly multiple: boolean }): Promise<readonly KeptFile[]>;
}

export const canPick = (page: object): page is PickingWindow => 'showOpenFilePicker' in page;

/** From a user's action. Null when nothing was chosen. */
export const pickFiles = async (
  page: PickingWindow,
  options: { readonly multiple: boolean },
): Promise<Picked | null> => {
  try {
    const handles = await page.showOpenFilePicker(options);
    return { handles, files: await Promise.all(handles.map((handle) => handle.getFile())) };
  } catch {
    // Closed without a choice, or a file that cannot be read.
    return null;
  }
};

interface HandingItem {
  getAsFileSystemHandle(): Promise<FileSystemHandle | null>;
}
const givesHandle = (item: object): item is HandingItem => 'getAsFileSystemHandle' in item;

const isFile = (handle: FileSystemHandle | null): handle is KeptFile => handle?.kind === 'file';

/**
 * The handles of what was dropped, none unless there is one for each file. To be called while the
 * drop is handled: afterwards the browser knows nothing of it any more.
 */
export const handlesOf = async (dropped: DataTransfer): Promise<readonly KeptFile[]> => {
  const count = dropped.files.length;
  const asked = [...dropped.items]
    .filter((item) => item.kind === 'file' && givesHandle(item))
    .map((item) => (item as unknown as HandingItem).getAsFileSystemHandle());
  const files: KeptFile[] = [];
  for (const handle of await Promise.all(asked).catch(() => [])) {
    if (isFile(handle)) files.push(handle);
  }
  return files.length === count ? files : [];
};
