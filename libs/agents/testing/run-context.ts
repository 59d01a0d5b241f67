import type { RunContext } from '../src/run-context.js';

/** What an agent receives in specs: a first attempt without input that nobody aborts. */
export function runContext(overrides: Partial<RunContext> = {}): RunContext {
  return {
    requestId: 'spec-run',
    attempt: 1,
    input: {},
    signal: new AbortController().signal,
    ...overrides,
  };
}
