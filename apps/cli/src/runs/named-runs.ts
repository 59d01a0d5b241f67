import { UsageError } from '../usage-error.js';
import { filterOf, type RunFilter } from './run-filter.js';

/**
 * Whether runs were named by their ids; otherwise a filter means them.
 * @throws UsageError when both were given, or nothing
 */
export function areNamed(ids: readonly string[], filter: RunFilter): boolean {
  const isFiltered = Object.keys(filterOf(filter)).length > 0;
  if (ids.length > 0 && isFiltered) {
    throw new UsageError('Either ids or a filter, not both');
  }
  if (ids.length === 0 && !isFiltered) {
    throw new UsageError('Say which runs: by their ids, or by a filter such as --agent weather');
  }
  return ids.length > 0;
}
