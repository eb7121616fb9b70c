const TYPES = { csv: 'text/csv;charset=utf-8', json: 'application/json' } as const;

/** Long enough for any browser to have opened the blob that it was told to save. */
const KEEP_MS = 60_000;

/** File name of an export: stays sortable, and tells when it was made. */
export const exportName = (format: 'csv' | 'json', now: Date): string =>
  `rivulet-payments-${now.toISOString().slice(0, 10)}.${format}`;

/** Hands `text` to the browser as a file to save. */
export const saveText = (text: string, name: string, format: 'csv' | 'json'): void => {
  const url = URL.createObjectURL(new Blob([text], { type: TYPES[format] }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, KEEP_MS);
};
