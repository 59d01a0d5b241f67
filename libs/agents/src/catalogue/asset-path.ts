import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Path of a file in `libs/agents/assets`, the same from source and from `dist`: the compiler copies no assets, so
 * the folder is found from the root of the package.
 */
export function assetPath(name: string): string {
  const packageJson = findPackageJSON(import.meta.url);
  if (packageJson === undefined) {
    throw new Error(`No package.json above ${import.meta.url}, so its assets cannot be found`);
  }
  return join(dirname(packageJson), 'libs/agents/assets', name);
}
