import type { Notice } from '../notices/notice.js';
import { oneLine } from './plain.js';

const MAX_CHARACTERS = 150;

/** What happened, in one line: subject of the e-mail, and its title. */
export function headline(notice: Notice): string {
  return oneLine(`${notice.agent} ${whatHappened(notice)}`, MAX_CHARACTERS);
}

function whatHappened({ occasion, reason, failures_in_a_row, results }: Notice): string {
  switch (occasion) {
    case 'success':
      return results === undefined || results.items.length === 0
        ? 'succeeded'
        : `succeeded: top ${results.items.length} of ${results.total}`;
    case 'failure':
      return reason === undefined || reason === 'error' ? 'failed' : `failed (${reason})`;
    case 'recovery':
      return `has recovered after ${failures(failures_in_a_row)}`;
    case 'failures_in_a_row':
      return `has failed ${failures_in_a_row === 1 ? 'once' : `${failures_in_a_row} times in a row`}`;
  }
}

function failures(count: number): string {
  return count === 1 ? 'a failure' : `${count} failures`;
}
