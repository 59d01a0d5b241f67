/**
 * Instants as ISO 8601 in UTC. Remembers the last: in a busy service many share a millisecond, and to make the text
 * anew takes longer than most else that is done about a run. One for each series of instants.
 */
export class InstantTexts {
  private lastMs = Number.NaN;
  private text = '';

  /** @param ms since the epoch */
  of(ms: number): string {
    if (ms !== this.lastMs) {
      this.text = new Date(ms).toISOString();
      this.lastMs = ms;
    }
    return this.text;
  }
}
