import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const NAME = 'postgres';
/** Lets a process read files and pass directories that are closed to its account. It gives no right to write. */
const CAPABILITY = '+dac_read_search';

interface Account {
  uid: number;
  gid: number;
}

export interface AccountCommand {
  command: string;
  args: string[];
  account?: Account;
}

/** The system account that Postgres runs under: it refuses to run as root. For everybody else it is the account of this process. */
export class PostgresAccount {
  private readonly account: Account | undefined;
  private readonly searchesAll: boolean;

  private constructor(account: Account | undefined, searchesAll: boolean) {
    this.account = account;
    this.searchesAll = searchesAll;
  }

  /**
   * As root: the owner of an existing data directory, otherwise the user `postgres`, which is created if missing.
   * @param dataDir where the data is or will be; its parent exists
   * @param binary the Postgres program that the account must be able to run
   * @throws Error when the account cannot reach one of the two
   */
  static async find(dataDir: string, binary: string): Promise<PostgresAccount> {
    if (process.getuid?.() !== 0) {
      return new PostgresAccount(undefined, false);
    }
    const account = (await ownerOf(dataDir)) ?? (await userNamedPostgres());
    const plain = new PostgresAccount(account, false);
    if (await plain.reaches(dataDir, binary)) {
      return plain;
    }
    // A checkout below root's home, usually. The rights of the directories stay as they are: the server gets
    // the right to pass them, and with it to read any file. It is started by root, beside agents that run as root.
    const searching = new PostgresAccount(account, true);
    if (await searching.reaches(dataDir, binary)) {
      return searching;
    }
    throw new Error(
      `Running as root, Postgres runs as the user ${NAME}, which cannot reach ${dirname(dataDir)} or ${binary}. ` +
        'Move the project to a directory that every user may enter (such as /opt or /srv), or run it as a user other than root.',
    );
  }

  /** Whom the data belongs to, undefined when it is the account of this process. */
  get owner(): Account | undefined {
    return this.account;
  }

  /** How a program is started under this account. */
  command(command: string, args: string[]): AccountCommand {
    if (!this.account || !this.searchesAll) {
      return { command, args, account: this.account };
    }
    const { uid, gid } = this.account;
    // The securebit makes access(2), by which initdb checks its binaries, regard the capability as open(2) does.
    const options = [
      '--securebits=+no_setuid_fixup',
      `--reuid=${uid}`,
      `--regid=${gid}`,
      '--clear-groups',
      '--no-new-privs',
    ];
    return {
      command: 'setpriv',
      args: [...options, `--inh-caps=${CAPABILITY}`, `--ambient-caps=${CAPABILITY}`, command, ...args],
    };
  }

  private async reaches(dataDir: string, binary: string): Promise<boolean> {
    const { command, args, account } = this.command('/bin/sh', [
      '-c',
      'cd "$1" && "$2" --version',
      'sh',
      dirname(dataDir),
      binary,
    ]);
    try {
      await run(command, args, { ...account, cwd: '/', env: { LC_ALL: 'C' } });
      return true;
    } catch {
      return false;
    }
  }
}

async function ownerOf(dataDir: string): Promise<Account | undefined> {
  const found = await stat(dataDir).catch(() => undefined);
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : undefined;
}

async function userNamedPostgres(): Promise<Account> {
  try {
    return await ids();
  } catch {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      NAME,
    ]);
    return ids();
  }
}

async function ids(): Promise<Account> {
  const [uid, gid] = await Promise.all([run('id', ['-u', NAME]), run('id', ['-g', NAME])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}
