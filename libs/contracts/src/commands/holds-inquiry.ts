/** Request-reply between those who want to know whether somebody works on a run, and executors. */

/** In place of an executor's id in `holdsSubject`: every executor listens there. No id is this short. */
export const ANY_EXECUTOR = 'any';

/** The answer of an executor that works on the run. */
export const HELD = 'held';
/** The answer of one that was asked by its id and does not. Who is asked as one of all stays silent then. */
export const NOT_HELD = 'not held';

/** The question to all: the asker's own id, so that it does not answer itself, and the run. */
export function anyoneHolds(asker: string, requestId: string): string {
  return `${asker} ${requestId}`;
}

export function parseAnyoneHolds(question: string): { asker: string; requestId: string } {
  const [asker = '', requestId = ''] = question.split(' ');
  return { asker, requestId };
}
