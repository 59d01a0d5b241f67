import { AgentBreaker } from '#contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AgentGate, type StoredBreaker } from './agent-gate.js';

let said: string[];
let gate: AgentGate;

beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  gate = new AgentGate({
    pause: () => said.push('pause'),
    resume: (limit) => said.push(limit === undefined ? 'resume' : `resume with ${limit}`),
  });
});

afterEach(() => {
  gate.close();
  vi.useRealTimers();
});

function openFor(pauseMs: number): StoredBreaker {
  const breaker = Object.assign(new AgentBreaker(), {
    open_until: new Date(Date.now() + pauseMs).toISOString(),
    failures: 3,
    last_error: 'Error: broken',
    pause_ms: pauseMs,
  });
  return { breaker, revision: 1 };
}

it('pauses and resumes', () => {
  gate.isPaused = true;
  gate.isPaused = false;
  expect(said).toEqual(['pause', 'resume']);
});

it('lets single runs through once the pause of the breaker is over, and all when it is closed', () => {
  gate.breaker = openFor(1_000);
  vi.advanceTimersByTime(999);
  expect([said, gate.openForMs]).toEqual([['pause'], 1]);
  vi.advanceTimersByTime(1);
  expect([said, gate.openForMs]).toEqual([['pause', 'resume with 1'], 0]);
  gate.breaker = undefined;
  expect(said).toEqual(['pause', 'resume with 1', 'resume']);
});

it('waits for as long as the newest opening says, however long that is', () => {
  gate.breaker = openFor(1_000);
  gate.breaker = openFor(30 * 86_400_000);
  vi.advanceTimersByTime(29 * 86_400_000);
  expect(said).not.toContain('resume with 1');
  vi.advanceTimersByTime(86_400_000);
  expect(said.at(-1)).toBe('resume with 1');
});

it('stays paused while somebody wants it so, whatever the breaker says', () => {
  gate.isPaused = true;
  gate.breaker = openFor(1_000);
  vi.advanceTimersByTime(2_000);
  gate.breaker = undefined;
  expect(new Set(said)).toEqual(new Set(['pause']));
  gate.isPaused = false;
  expect(said.at(-1)).toBe('resume');
});
