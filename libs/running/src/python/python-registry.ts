import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { PythonOptions } from './python-options.js';

const LIMIT_MS = 30_000;
const MAX_BYTES = 16_777_216;
const execute = promisify(execFile);

/** What a worker is to be started for. */
export interface PythonSource {
  /** A folder, a file or a class, for people. */
  readonly target: string;
  /** The worker and its arguments. */
  readonly command: readonly string[];
}

/** What the Python side of the platform has found. */
export interface PythonSources {
  readonly sources: readonly PythonSource[];
  /** One line each, naming the file and what is wrong with it. */
  readonly problems: readonly string[];
}

/**
 * Asks Python which agents there are. No code of an agent runs.
 * @throws Error when there is no Python, or it does not answer as it should
 */
export async function pythonSources({ folder, program, environment }: PythonOptions): Promise<PythonSources> {
  const words = ['-X', 'utf8', '-m', 'agent_platform.registry', 'agents'];
  const options = { cwd: folder, env: environment, timeout: LIMIT_MS, maxBuffer: MAX_BYTES };
  const { stdout } = await execute(program, words, options);
  return JSON.parse(stdout) as PythonSources;
}
