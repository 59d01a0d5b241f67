import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Builds the programs that specs start as processes of their own; a second when little has changed. */
export default function buildPrograms(): void {
  const compiler = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.test.json'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) {
    // They are written all the same; types are the linter's to judge.
    console.error(stdout);
  }
}
