import type { RunContext } from '../src/context/run-context.js';

const ignore = (): void => undefined;

/** What an agent receives in specs: a first attempt without input that nobody aborts, and whose words nobody keeps. */
export function runContext<Input = Record<string, unknown>>(
  overrides: Partial<RunContext<Input>> = {},
): RunContext<Input> {
  const cached = new Map<string, unknown>();
  return {
    requestId: 'spec-run',
    attempt: 1,
    input: {} as Input,
    signal: new AbortController().signal,
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    cache: {
      get: async (key) => cached.get(key),
      put: async (key, value) => void cached.set(key, value),
      delete: async (key) => void cached.delete(key),
    },
    progress: ignore,
    metric: ignore,
    usage: ignore,
    ...overrides,
  };
}
