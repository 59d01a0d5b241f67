import { expect, it } from 'vitest';
import { commandAudit } from './command-audit.js';

const DONE = { ok: true } as const;
const problem = (status: number) => ({ ok: false, problem: { status, title: '', detail: '' } }) as const;

it('says who wanted what of which run or agent', () => {
  expect(commandAudit('commands.runs.cancel', { request_id: 'r-1', by: 'anna' }, DONE)).toEqual({
    action: 'runs.cancel',
    actor_kind: 'command',
    actor: 'anna',
    target: 'r-1',
    outcome: 'done',
    status: 200,
  });
  expect(commandAudit('commands.schedules.pause', { agent: 'a', schedule: 's' }, DONE)).toMatchObject({
    actor: 'unknown',
    target: 'a/s',
  });
});

it.each([
  [404, 'refused'],
  [503, 'failed'],
])('says what came of it: %i', (status, outcome) => {
  expect(commandAudit('commands.agents.pause', {}, problem(status))).toMatchObject({ outcome, status });
});

it('is silent about what changes nothing', () => {
  expect(commandAudit('commands.dead_letters.list', {}, DONE)).toBeUndefined();
  expect(commandAudit('commands.dead_letters.redrive', { dry_run: true }, DONE)).toBeUndefined();
});
