import type { Focus } from './keys.ts';

/**
 * What the element that a key press went to does with keys itself. Looks through shadow roots,
 * where the player's controls keep their inputs.
 */
export const focusOf = (event: KeyboardEvent): Focus => {
  for (const node of event.composedPath()) {
    if (!(node instanceof HTMLElement)) continue;
    if (node instanceof HTMLDialogElement) return 'text';
    if (node instanceof HTMLInputElement) {
      if (node.type === 'range') return 'slider';
      return node.type === 'checkbox' ? 'button' : 'text';
    }
    if (node.isContentEditable || node.matches('textarea, select')) return 'text';
    if (node.getAttribute('role') === 'slider') return 'slider';
    if (node.matches('button, a[href], summary, [role="button"]')) return 'button';
  }
  return 'none';
};
