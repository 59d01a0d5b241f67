import { isDataError, sqlStateOf } from '#database';
import { UnstorableValueError } from './storable-json.js';

/** A message that can never be stored, and why. */
export interface Refusal<T> {
  readonly item: T;
  readonly reason: string;
}

/**
 * Writes a batch; where the values of an item are to blame for a failure, halves the batch until the item stands
 * alone, so that its neighbours commit.
 * @param write writes all of the items it is given or none
 * @returns the items that can never be written
 * @throws every other error as it is: a server that is down refuses no item
 */
export async function refusePoison<T>(
  items: readonly T[],
  write: (items: readonly T[]) => Promise<void>,
): Promise<Refusal<T>[]> {
  try {
    await write(items);
    return [];
  } catch (error) {
    if (!isPoison(error)) {
      throw error;
    }
    const [first] = items;
    if (items.length === 1 && first !== undefined) {
      return [{ item: first, reason: reasonOf(error) }];
    }
  }
  const middle = Math.ceil(items.length / 2);
  const refused = await refusePoison(items.slice(0, middle), write);
  return [...refused, ...(await refusePoison(items.slice(middle), write))];
}

function isPoison(error: unknown): error is Error {
  return isDataError(error) || error instanceof UnstorableValueError;
}

function reasonOf(error: Error): string {
  const state = sqlStateOf(error);
  return state === undefined ? error.message : `${error.message} (SQLSTATE ${state})`;
}
