/**
 * The one polite live region of the page. Said are changes of state (paying, stopped, settled),
 * never running figures, and never the same sentence twice in a row.
 */
export class Announcer {
  text = $state('');

  say(text: string): void {
    this.text = text;
  }
}
