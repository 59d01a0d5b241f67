import type { Platform } from '../api/platform-action.js';
import { RefusedError } from '../platform/refused-error.js';
import { table } from '../terminal/table.js';

/** What came of one of several runs. */
interface Outcome<A> {
  readonly id: string;
  readonly answer?: A;
  readonly problem?: string;
}

/**
 * Does something with each of the runs that were named, and tells what came of it.
 * @param wordsFor what people are told of an answer
 * @returns whether all went well
 * @throws RefusedError when there is one run and it is refused; UnavailableError at the first one
 */
export async function eachRun<A extends object>(
  { output }: Platform,
  ids: readonly string[],
  json: boolean,
  work: (id: string) => Promise<A>,
  wordsFor: (answer: A) => string,
): Promise<boolean> {
  const outcomes: Outcome<A>[] = [];
  for (const id of ids) {
    outcomes.push(ids.length === 1 ? { id, answer: await work(id) } : await outcomeOf(id, work));
  }
  output.lines(
    json
      ? [JSON.stringify(outcomes.map(({ id, answer, problem }) => answer ?? { id, problem }))]
      : table([
          ['RUN', 'OUTCOME'],
          ...outcomes.map(({ id, answer, problem }) => [
            id,
            answer === undefined ? (problem ?? '') : wordsFor(answer),
          ]),
        ]),
  );
  return outcomes.every(({ answer }) => answer !== undefined);
}

async function outcomeOf<A>(id: string, work: (id: string) => Promise<A>): Promise<Outcome<A>> {
  try {
    return { id, answer: await work(id) };
  } catch (error) {
    if (error instanceof RefusedError) {
      return { id, problem: error.message };
    }
    throw error;
  }
}
