import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Installs what the bench compares the platform with: npm packages and Python packages beside this file, and Redis.

const folder = dirname(fileURLToPath(import.meta.url));
const python = join(folder, '.venv/bin/python');
// The system's own is built with all optimisations; what comes first on PATH may not be.
const systemPython = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

run('npm', ['ci', '--ignore-scripts'], 'The npm packages of the peers could not be installed');
if (!existsSync(python)) {
  run(
    systemPython,
    ['-m', 'venv', join(folder, '.venv')],
    'Celery needs Python 3.11 or newer with the module venv',
  );
}
run(
  python,
  ['-m', 'pip', 'install', '--quiet', '--requirement', join(folder, 'celery/requirements.txt')],
  'The Python packages could not be installed',
);
for (const program of ['redis-server', 'wrk']) {
  if (!exists(program)) {
    installWithApt(program);
  }
}

/** Of Debian and Ubuntu, where the package has the name of its program. */
function installWithApt(program) {
  const problem = `${program} is missing. Install it, on Debian and Ubuntu with: sudo apt-get install ${program}`;
  if (process.getuid?.() !== 0) {
    process.stderr.write(`${problem}\n`);
    process.exit(1);
  }
  run('apt-get', ['update', '--quiet'], problem);
  run('apt-get', ['install', '--yes', '--no-install-recommends', program], problem);
}

function run(command, parameters, problem) {
  try {
    execFileSync(command, parameters, { cwd: folder, stdio: 'inherit' });
  } catch (error) {
    process.stderr.write(`${problem} (${error.message})\n`);
    process.exit(1);
  }
}

function exists(program) {
  try {
    execFileSync(program, ['-v'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return error.code !== 'ENOENT';
  }
}
