import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The passwords of a data directory's Postgres. */
export interface Passwords {
  /** Of the superuser and of the owner. */
  readonly owner: string;
  readonly ingest: string;
  readonly webapp: string;
  readonly api: string;
}

/**
 * Makes the passwords with the first start, and reads them back with every other. One that an older version did not
 * know is made when it is missing.
 */
export async function passwordsIn(dataDir: string): Promise<Passwords> {
  const path = join(dataDir, 'passwords.json');
  const known = await read(path);
  const fresh = { owner: secret(), ingest: secret(), webapp: secret(), api: secret() };
  const passwords = { ...fresh, ...known };
  if (Object.keys(fresh).some((name) => !Object.hasOwn(known, name))) {
    await writeFile(path, JSON.stringify(passwords), { mode: 0o600 });
  }
  return passwords;
}

async function read(path: string): Promise<Partial<Passwords>> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Partial<Passwords>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new Error(`${path} can not be read; "npm run reset" makes a fresh start`, { cause: error });
    }
    return {};
  }
}

function secret(): string {
  return randomBytes(18).toString('base64url');
}
