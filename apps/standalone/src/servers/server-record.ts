import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { processIdentity } from './process-identity.js';

/** A server that does not obey its stop signal within this time is killed. */
const STOP_MS = 20_000;
const POLL_MS = 20;

interface Entry {
  pid: number;
  identity: string | undefined;
  ownerPid: number;
  ownerIdentity: string | undefined;
}

/** The file that tells the next owner of a directory which server the last one left running there. */
export class ServerRecord {
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** Notes a server that this process has started. */
  async write(pid: number): Promise<void> {
    const entry: Entry = {
      pid,
      identity: processIdentity(pid),
      ownerPid: process.pid,
      ownerIdentity: processIdentity(process.pid),
    };
    // Renamed into place: a kill -9 never leaves half a record.
    await writeFile(`${this.file}.new`, JSON.stringify(entry), { mode: 0o600 });
    await rename(`${this.file}.new`, this.file);
  }

  async remove(): Promise<void> {
    await rm(this.file, { force: true });
  }

  /**
   * Stops the server that an earlier, dead owner left behind; does nothing when there is none.
   * @throws Error when the owner of the server is alive: then the directory is in use
   */
  async clear(signal: 'SIGINT' | 'SIGTERM'): Promise<void> {
    const entry = await this.read();
    if (entry && runs(entry.pid, entry.identity)) {
      if (runs(entry.ownerPid, entry.ownerIdentity)) {
        throw new Error(
          `Process ${entry.ownerPid} already runs a server there (${entry.pid}, noted in ${this.file}). Stop that process first.`,
        );
      }
      await stopForeignProcess(entry.pid, signal);
    }
    await this.remove();
  }

  private async read(): Promise<Entry | undefined> {
    try {
      return JSON.parse(await readFile(this.file, 'utf8')) as Entry;
    } catch {
      return undefined;
    }
  }
}

/** Stops a process that is not a child of this one, and waits for its end. */
export async function stopForeignProcess(pid: number, signal: 'SIGINT' | 'SIGTERM'): Promise<void> {
  const identity = processIdentity(pid);
  const killAtMs = Date.now() + STOP_MS;
  let killed = false;
  send(pid, signal);
  send(pid, 'SIGCONT');
  // The system reports only the end of children, so the end of another process can only be looked for.
  while (runs(pid, identity)) {
    if (!killed && Date.now() > killAtMs) {
      killed = true;
      send(pid, 'SIGKILL');
    }
    await delay(POLL_MS);
  }
}

function runs(pid: number, identity: string | undefined): boolean {
  return identity !== undefined && processIdentity(pid) === identity;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone in the meantime, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}
