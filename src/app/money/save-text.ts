import { saveFile } from '../components/save-file.ts';

const TYPES = { csv: 'text/csv;charset=utf-8', json: 'application/json' } as const;

/** File name of an export: stays sortable, and tells when it was made. */
export const exportName = (format: 'csv' | 'json', now: Date): string =>
  `rivulet-payments-${now.toISOString().slice(0, 10)}.${format}`;

/** Hands `text` to the browser as a file to save. */
export const saveText = (text: string, name: string, format: 'csv' | 'json'): void => {
  saveFile(new Blob([text], { type: TYPES[format] }), name);
};
