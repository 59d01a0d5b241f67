import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { findNatsBinary } from '../../apps/standalone/src/servers/nats-binary.js';
import { createServerDirectory, removeServerDirectory } from '../support/server-directory.js';

describe('findNatsBinary', () => {
  let directory: string;
  let cacheFile: string;
  let lines: string[];

  beforeEach(async () => {
    directory = await createServerDirectory();
    cacheFile = join(directory, 'cache/agent-platform/nats-server/nats-server');
    lines = [];
  });

  afterEach(async () => {
    await removeServerDirectory(directory);
  });

  function find(path: string[]) {
    const environment = { PATH: path.join(':'), XDG_CACHE_HOME: join(directory, 'cache') };
    return findNatsBinary({ environment, report: (line) => lines.push(line) });
  }

  function script(name: string, text: string): void {
    mkdirSync(join(directory, 'bin'), { recursive: true });
    writeFileSync(join(directory, 'bin', name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(directory, 'bin', name), 0o755);
  }

  it('takes the one on PATH before the one fetched earlier', async () => {
    script('nats-server', 'echo nats-server: v2.9.10');
    mkdirSync(join(cacheFile, '..'), { recursive: true });
    symlinkSync(inject('natsBinary').path, cacheFile);
    expect(await find([join(directory, 'bin')])).toEqual({
      path: join(directory, 'bin/nats-server'),
      version: '2.9.10',
    });
  });

  it('takes the one fetched earlier', async () => {
    mkdirSync(join(cacheFile, '..'), { recursive: true });
    symlinkSync(inject('natsBinary').path, cacheFile);
    expect(await find([])).toEqual({ path: cacheFile, version: inject('natsBinary').version });
    expect(lines).toEqual([]);
  });

  it('gives the install line when it finds none', async () => {
    await expect(find([])).rejects.toThrow(/^nats-server was not found\. Install it with: .*nats-server/);
  });

  it.skipIf(!existsSync('/usr/bin/dpkg-deb'))(
    'fetches the package once for callers side by side, and leaves nothing else',
    async () => {
      const tree = join(directory, 'package');
      mkdirSync(join(tree, 'DEBIAN'), { recursive: true });
      mkdirSync(join(tree, 'usr/sbin'), { recursive: true });
      writeFileSync(
        join(tree, 'DEBIAN/control'),
        'Package: nats-server\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: none\n',
      );
      writeFileSync(join(tree, 'usr/sbin/nats-server'), '#!/bin/sh\necho nats-server: v2.9.10\n');
      chmodSync(join(tree, 'usr/sbin/nats-server'), 0o755);
      const archive = join(directory, 'nats-server.deb');
      execFileSync('/usr/bin/dpkg-deb', ['--build', tree, archive], { stdio: 'ignore' });
      // Stands in for the network alone: the package is a real one.
      script('apt-get', `cp ${archive} nats-server_1_all.deb`);
      const path = [join(directory, 'bin'), '/usr/bin', '/bin'];
      const found = await Promise.all([find(path), find(path), find(path)]);
      expect(found).toEqual(Array.from({ length: 3 }, () => ({ path: cacheFile, version: '2.9.10' })));
      expect(readdirSync(join(cacheFile, '..'))).toEqual(['nats-server']);
      expect(lines).toContain('nats-server was not found, fetching it with apt-get');
    },
  );

  it('gives the install line when it cannot be fetched', async () => {
    script('apt-get', 'echo no network >&2; exit 100');
    await expect(find([join(directory, 'bin')])).rejects.toThrow(/could not be fetched\. Install it with: /);
    expect(readdirSync(join(cacheFile, '..'))).toEqual([]);
  });
});
