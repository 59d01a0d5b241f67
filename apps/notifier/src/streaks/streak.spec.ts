import { describe, expect, it } from 'vitest';
import { type EventPosition, type Streak, withRun } from './streak.js';

const at = (sequence: number, storedAtNanos = BigInt(sequence) * 10n, index = 0): EventPosition => ({
  sequence,
  index,
  storedAtNanos,
});

function streakOf(outcomes: readonly ('failed' | 'success')[]): Streak | undefined {
  return outcomes.reduce<Streak | undefined>(
    (streak, outcome, index) => withRun(streak, at(index + 1), outcome === 'failed'),
    undefined,
  );
}

describe('withRun', () => {
  it('counts failures in a row, and remembers how many there were', () => {
    expect(streakOf(['success', 'failed', 'failed'])).toMatchObject({ failures: 2, failuresBefore: 1 });
    expect(streakOf(['failed', 'failed', 'success'])).toMatchObject({ failures: 0, failuresBefore: 2 });
    expect(streakOf(['failed', 'success', 'success'])).toMatchObject({ failures: 0, failuresBefore: 0 });
  });

  it('gives the same answer when the newest event comes again', () => {
    const streak = streakOf(['failed', 'failed']);
    expect(withRun(streak, at(2), true)).toBe(streak);
  });

  it('leaves out what it has passed', () => {
    const streak = streakOf(['failed', 'failed', 'success']);
    expect(withRun(streak, at(1), true)).toBeUndefined();
    expect(withRun(streak, at(2), true)).toBeUndefined();
  });

  it('tells the events of one message apart', () => {
    const first = withRun(undefined, at(1, 10n, 0), true);
    const second = withRun(first, at(1, 10n, 1), true);
    expect(second).toMatchObject({ failures: 2, failuresBefore: 1 });
    expect(withRun(second, at(1, 10n, 0), true)).toBeUndefined();
    expect(withRun(second, at(1, 10n, 1), true)).toBe(second);
  });

  it('goes on counting in a stream that was made anew, whose sequences begin again', () => {
    const streak = streakOf(['failed', 'failed']);
    expect(withRun(streak, at(1, 1_000n), true)).toMatchObject({ failures: 3, position: at(1, 1_000n) });
  });
});
