import { describe, expect, it } from 'vitest';
import type { KeptFile } from '../../shared/ports/own-files.ts';
import { canPick, handlesOf, pickFiles } from './pick.ts';

const film = new File(['film'], 'film.mp4');
const handle = { kind: 'file', getFile: async () => film } as unknown as KeptFile;

const drop = (items: readonly object[], files: number): DataTransfer =>
  ({ items, files: Array.from({ length: files }, () => film) }) as unknown as DataTransfer;
const item = (found: unknown) => ({ kind: 'file', getAsFileSystemHandle: async () => found });

describe('choosing with handles', () => {
  it('is offered where the browser has it', () => {
    expect([canPick({}), canPick({ showOpenFilePicker: () => [] })]).toEqual([false, true]);
  });

  it('gives files and handles, and nothing when the picker is closed', async () => {
    const picked = await pickFiles(
      { showOpenFilePicker: async () => [handle] },
      { multiple: true },
    );
    expect(picked).toEqual({ files: [film], handles: [handle] });
    const closed = () => Promise.reject(new DOMException('closed', 'AbortError'));
    expect(await pickFiles({ showOpenFilePicker: closed }, { multiple: true })).toBeNull();
  });

  it('takes the handles of a drop when there is one for each file', async () => {
    expect(await handlesOf(drop([item(handle)], 1))).toEqual([handle]);
    expect(await handlesOf(drop([item(handle), item(null)], 2))).toEqual([]);
    expect(await handlesOf(drop([item({ kind: 'directory' })], 1))).toEqual([]);
    expect(await handlesOf(drop([{ kind: 'file' }], 1))).toEqual([]);
  });
});
