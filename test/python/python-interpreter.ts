import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The folder of the Python package. */
export const PYTHON_FOLDER = fileURLToPath(new URL('../../python/', import.meta.url));

const VERSION_CHECK = 'import sys; sys.version_info >= (3, 9) and print(sys.executable)';

/** The real interpreter behind `python3`, if there is one of 3.9 or newer: what is on PATH may be a slow shim. */
export function findPython(): string | undefined {
  const { status, stdout } = spawnSync('python3', ['-c', VERSION_CHECK], { encoding: 'utf8' });
  const path = stdout?.trim() ?? '';
  return status === 0 && path !== '' ? path : undefined;
}
