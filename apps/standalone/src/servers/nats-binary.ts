import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const NAME = 'nats-server';

export interface NatsBinary {
  path: string;
  /** As `nats-server --version` tells it, without the v: `2.9.10`. */
  version: string;
}

export interface NatsBinarySearch {
  /** The variables `PATH`, `XDG_CACHE_HOME` and `HOME` are read. */
  environment: NodeJS.ProcessEnv;
  /** Takes one line of text at each step that lasts. */
  report: (line: string) => void;
}

/**
 * Finds a nats-server: on PATH, one fetched earlier, or Debian's package, which is fetched without being installed.
 * Several callers may search at once.
 * @throws Error with the install line for this system when there is none
 */
export async function findNatsBinary(search: NatsBinarySearch): Promise<NatsBinary> {
  const { environment } = search;
  const cacheHome = environment['XDG_CACHE_HOME'] || join(environment['HOME'] ?? homedir(), '.cache');
  const cacheDir = join(cacheHome, 'agent-platform', NAME);
  const fetched = join(cacheDir, NAME);
  const path = (await onPath(environment, NAME)) ?? ((await isExecutable(fetched)) ? fetched : undefined);
  if (path) {
    return { path, version: await versionOf(path) };
  }
  if (!(await onPath(environment, 'apt-get'))) {
    throw new Error(
      `nats-server was not found. Install it with: ${installLine(await onPath(environment, 'go'))}`,
    );
  }
  await fetchWithApt(cacheDir, search);
  return { path: fetched, version: await versionOf(fetched) };
}

/** Downloads into a directory of its own and renames the program into place: nobody ever sees half of it. */
async function fetchWithApt(cacheDir: string, search: NatsBinarySearch): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  const directory = await mkdtemp(join(cacheDir, 'fetch-'));
  const options = { cwd: directory, env: { ...search.environment, LC_ALL: 'C' } };
  try {
    search.report('nats-server was not found, fetching it with apt-get');
    await download(options, search.report);
    const archive = (await readdir(directory)).find((name) => name.endsWith('.deb'));
    if (!archive) {
      throw new Error('apt-get download left no package');
    }
    await run('dpkg', ['-x', archive, 'files'], options);
    const [program] = await programs(join(directory, 'files'));
    if (!program) {
      throw new Error(`the package ${archive} holds no ${NAME}`);
    }
    await rename(program, join(cacheDir, NAME));
    search.report(`nats-server is now in ${cacheDir}`);
  } catch (cause) {
    throw new Error(
      `nats-server was not found and could not be fetched. Install it with: ${installLine(undefined)}`,
      { cause },
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function download(
  options: { cwd: string; env: NodeJS.ProcessEnv },
  report: (line: string) => void,
): Promise<void> {
  try {
    await run('apt-get', ['download', NAME], options);
  } catch (error) {
    if (process.getuid?.() !== 0) {
      throw error;
    }
    report('apt-get knows no nats-server yet, updating its list of packages');
    await run('apt-get', ['update'], options);
    await run('apt-get', ['download', NAME], options);
  }
}

async function programs(filesDir: string): Promise<string[]> {
  const candidates = ['usr/bin', 'usr/sbin'].map((directory) => join(filesDir, directory, NAME));
  const found = await Promise.all(candidates.map(isExecutable));
  return candidates.filter((_, index) => found[index]);
}

async function onPath(environment: NodeJS.ProcessEnv, name: string): Promise<string | undefined> {
  for (const directory of (environment['PATH'] ?? '').split(delimiter)) {
    if (directory !== '' && (await isExecutable(join(directory, name)))) {
      return join(directory, name);
    }
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function versionOf(path: string): Promise<string> {
  const { stdout } = await run(path, ['--version']);
  const version = /v?(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (!version) {
    throw new Error(`${path} --version does not print a version of nats-server: ${stdout.trim()}`);
  }
  return version;
}

function installLine(go: string | undefined): string {
  if (process.platform === 'darwin') {
    return 'brew install nats-server';
  }
  if (go) {
    return 'go install github.com/nats-io/nats-server/v2@latest (and put $(go env GOPATH)/bin on PATH)';
  }
  if (process.platform === 'linux') {
    return 'sudo apt-get update && sudo apt-get install nats-server (Debian and Ubuntu), elsewhere take a release of github.com/nats-io/nats-server';
  }
  return 'a release of github.com/nats-io/nats-server, its program put on PATH';
}
