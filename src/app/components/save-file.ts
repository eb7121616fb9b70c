/** Long enough for any browser to have opened the blob that it was told to save. */
const KEEP_MS = 60_000;

/** Hands `blob` to the browser as a file to save. */
export const saveFile = (blob: Blob, name: string): void => {
  const url = URL.createObjectURL(blob);
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
