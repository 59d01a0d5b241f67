import type { ChildrenOptions } from './children/children-options.js';
import type { PythonOptions } from './python/python-options.js';

/** Where the code of agents runs, and where it is found. */
export interface RunningOptions extends ChildrenOptions {
  readonly python: Omit<PythonOptions, 'environment'>;
}
