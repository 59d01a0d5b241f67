import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ownPythonFolder } from '#running';

/** Where the programs of the peers are, and what they need: it is not built, and not part of the product's packages. */
export const PEERS_FOLDER = join(ownPythonFolder(), '../bench/peers');

export const CELERY_FOLDER = join(PEERS_FOLDER, 'celery');

export function peerProgram(name: string): URL {
  return pathToFileURL(join(PEERS_FOLDER, name));
}

/** A program of the Python environment of the peers. */
export function pythonProgram(name: string): string {
  return join(PEERS_FOLDER, '.venv/bin', name);
}

/** @throws Error with what to do when the peers are not installed */
export function assertPeersInstalled(): void {
  if (![join(PEERS_FOLDER, 'node_modules'), pythonProgram('celery')].every(existsSync)) {
    throw new Error('The peers are not installed: `npm run bench:peers-install` comes first');
  }
}
