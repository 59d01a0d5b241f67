import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { CliProcess } from './cli-process.js';

/** What bash offers where the last word ends. */
function offered(script: string, ...words: string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(' ');
  const program = `${script}
COMP_WORDS=(agent-platform ${line}); COMP_CWORD=${words.length}; _agent_platform; echo "\${COMPREPLY[*]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc'], { input: program, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.trim().split(' ');
}

async function scriptFor(shell: string): Promise<string> {
  const cli = CliProcess.spawn(['completion', shell]);
  expect(await cli.ended()).toBe(0);
  return cli.output;
}

describe('agent-platform completion', () => {
  it('completes commands, options and their values in bash, also when it is read twice', async () => {
    const script = await scriptFor('bash');
    const twice = `${script}\n${script}`;

    expect(offered(twice, 'r')).toEqual(['run', 'runs', 'replay']);
    expect(offered(script, 'runs', 'l')).toEqual(['list', 'logs']);
    expect(offered(script, 'runs', 'list', '--st')).toEqual(['--status']);
    expect(offered(script, 'runs', 'list', '-s', 'f')).toEqual(['failed']);
    expect(offered(script, 'runs', 'list', '--agent', '')).toEqual(['']);
    expect(offered(script, 'completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
    expect(offered(script, 'run', 'runs', 'li')).toEqual(['']);
  });

  it('describes them in zsh and fish', async () => {
    const [zsh, fish] = [await scriptFor('zsh'), await scriptFor('fish')];

    expect(zsh).toMatch(/^#compdef agent-platform\n/);
    expect(zsh).toContain("('/runs/list -s'|'/runs/list --status') compadd -- pending running");
    expect(zsh).toContain("'logs:what a run has written'");
    expect(fish).toContain(`-n "__agent_platform_at '/runs'" -a logs -d 'what a run has written'`);
    expect(fish).toContain(`-l status -x -a 'pending running success failed cancelled'`);
  });

  it('knows its shells', async () => {
    const refused = CliProcess.spawn(['completion', 'tcsh']);

    expect(await refused.ended()).toBe(2);
    expect(refused.messages).toContain('Allowed choices are bash, zsh, fish');
  });
});
