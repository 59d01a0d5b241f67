import { printable } from '../terminal/printable.js';
import type { RunWaiting } from './run-answers.js';

/** Something that is in the way of a run, and until when. */
export function reasonText({ detail, until }: RunWaiting['reasons'][number]): string {
  return `${printable(detail)}${until === null ? '' : ` (until ${until})`}`;
}
