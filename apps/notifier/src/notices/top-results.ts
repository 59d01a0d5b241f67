import type { NotificationRule } from '#contracts';
import type { TopResults } from './notice.js';

/** Of what a notice carries of the results, as JSON. */
const MAX_CHARACTERS = 200_000;

/**
 * What a rule wants to see of a run's result: the first items of the list at its path, or of the result when that is a
 * list, or the result itself.
 */
export function topResults(result: unknown, { results: path, top }: NotificationRule): TopResults {
  const found = path === undefined ? result : valueAt(result, path);
  if (path !== undefined && !Array.isArray(found)) {
    return { items: [], total: 0, problem: `The result has no list at "${path}"` };
  }
  const all: unknown[] = Array.isArray(found) ? found : found === undefined || found === null ? [] : [found];
  const wanted = all.slice(0, top);
  const items = wanted.slice(0, countThatFits(wanted));
  return {
    items,
    total: all.length,
    ...(items.length < wanted.length && { problem: 'The results are too large to be sent in full' }),
  };
}

/** A path of names separated by dots. Only what the result itself holds is found, never what every object inherits. */
function valueAt(result: unknown, path: string): unknown {
  let value = result;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
      return undefined;
    }
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function countThatFits(items: readonly unknown[]): number {
  let left = MAX_CHARACTERS;
  const firstTooLarge = items.findIndex((item) => {
    left -= JSON.stringify(item).length;
    return left < 0;
  });
  return firstTooLarge === -1 ? items.length : firstTooLarge;
}
