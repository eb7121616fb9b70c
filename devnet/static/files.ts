import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** A file that may be served. */
export interface Served {
  /** Path inside the root, with a leading slash. */
  readonly path: string;
  readonly file: string;
  readonly size: number;
  /** Changes when the content does. */
  readonly version: string;
}

const decode = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
};

/**
 * Finds the file that a URL path names inside `root`; a folder stands for its index.html.
 * @returns undefined when there is none, or when the path leads out of the root in any way.
 */
export const findFile = async (root: string, urlPath: string): Promise<Served | undefined> => {
  const path = decode(urlPath);
  if (path === undefined || !path.startsWith('/') || /[\0\\]/.test(path)) return undefined;
  if (path.split('/').some((part) => part === '..' || part.startsWith('.'))) return undefined;
  const named = path.endsWith('/') ? `${path}index.html` : path;
  try {
    const home = await realpath(root);
    const file = await realpath(join(home, named));
    if (!file.startsWith(home + sep)) return undefined;
    const found = await stat(file);
    if (!found.isFile()) return undefined;
    const version = `${found.size.toString(36)}-${Math.floor(found.mtimeMs).toString(36)}`;
    return { path: named, file, size: found.size, version };
  } catch {
    return undefined;
  }
};
