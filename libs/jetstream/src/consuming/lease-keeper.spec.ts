import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JetStreamMessage } from './jetstream-message.js';
import { LeaseKeeper } from './lease-keeper.js';

function message(sequence: number, renewals: number[]): JetStreamMessage {
  return { sequence, working: () => renewals.push(sequence) } as unknown as JetStreamMessage;
}

describe('LeaseKeeper', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('renews what is held three times within the ack wait, and no longer than it is held', () => {
    const renewals: number[] = [];
    const leases = new LeaseKeeper(3_000);
    const held = message(1, renewals);
    leases.hold(held);
    vi.advanceTimersByTime(3_000);
    expect(renewals).toEqual([1, 1, 1]);
    leases.letGo(held);
    vi.advanceTimersByTime(3_000);
    expect(renewals).toEqual([1, 1, 1]);
    leases.stop();
  });

  it('renews every 5 s when no ack wait is given', () => {
    const renewals: number[] = [];
    const leases = new LeaseKeeper();
    leases.hold(message(1, renewals));
    vi.advanceTimersByTime(15_000);
    expect(renewals).toHaveLength(3);
    leases.stop();
  });

  it('knows another delivery of a message that is held', () => {
    const leases = new LeaseKeeper();
    const first = message(1, []);
    expect(leases.hold(first)).toBe(true);
    expect(leases.hold(message(1, []))).toBe(false);
    expect(leases.hold(message(2, []))).toBe(true);
    expect(leases.size).toBe(2);
    leases.letGo(first);
    expect(leases.hold(message(1, []))).toBe(true);
    leases.stop();
  });
});
