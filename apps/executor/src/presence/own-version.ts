import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** Of the package that this code is part of; nothing when it was taken out of it. */
export function ownVersion(): string | undefined {
  try {
    const path = findPackageJSON(import.meta.url);
    const { version } = JSON.parse(readFileSync(path ?? '', 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}
