import { findPackageJSON } from 'node:module';
import { dirname, resolve } from 'node:path';

/** The folder `python` of this project, the same from source and from `dist`. It need not be there. */
export function ownPythonFolder(): string {
  return resolve(dirname(findPackageJSON(import.meta.url) ?? ''), 'python');
}
