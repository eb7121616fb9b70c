import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Served } from './files.ts';

const toGzip = promisify(gzip);
const toBrotli = promisify(brotliCompress);

export type Encoding = 'br' | 'gzip';

/** Files beyond this are sent as they are: they would sit in memory twice. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Less than this gains nothing. */
const MIN_BYTES = 1_024;

/** The best encoding that an `Accept-Encoding` header allows. */
export const encodingFor = (accepted: string | undefined): Encoding | undefined => {
  const names = (accepted ?? '').split(',').map((part) => {
    const [name = '', weight = ''] = part.trim().split(/\s*;\s*/);
    return /^q=0(\.0*)?$/.test(weight) ? '' : name;
  });
  if (names.includes('br')) return 'br';
  return names.includes('gzip') ? 'gzip' : undefined;
};

/** Compresses files once and remembers them until they change. */
export const createCompressor = () => {
  const known = new Map<string, { version: string; body: Promise<Uint8Array> }>();
  return {
    fits: (file: Served): boolean => file.size >= MIN_BYTES && file.size <= MAX_BYTES,
    body: (file: Served, encoding: Encoding): Promise<Uint8Array> => {
      const name = `${encoding} ${file.file}`;
      const cached = known.get(name);
      if (cached?.version === file.version) return cached.body;
      const body = readFile(file.file).then((data) =>
        encoding === 'gzip'
          ? toGzip(data, { level: 6 })
          : toBrotli(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
      );
      known.set(name, { version: file.version, body });
      body.catch(() => known.delete(name));
      return body;
    },
  };
};
