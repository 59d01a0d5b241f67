import { describe, expect, it } from 'vitest';
import { Pace } from './pace.js';

describe('Pace', () => {
  it('lets no more events through in any second than it is told', () => {
    let now = 0;
    const pace = new Pace(100, () => now);
    const handled: { at: number; events: number }[] = [];
    while (now < 10_000) {
      now += pace.waitMs();
      const events = pace.batchSize(500);
      pace.took(events);
      handled.push({ at: now, events });
      now += 1;
    }
    for (let second = 0; second < 9_000; second += 250) {
      const within = handled.filter(({ at }) => at > second && at <= second + 1_000);
      expect(within.reduce((sum, { events }) => sum + events, 0)).toBeLessThanOrEqual(100);
    }
    expect(handled.reduce((sum, { events }) => sum + events, 0)).toBeGreaterThanOrEqual(990);
  });

  it('makes up for a message that brought more than its share', () => {
    let now = 0;
    const pace = new Pace(10, () => now);
    pace.took(256);
    expect(pace.waitMs()).toBe(25_600);
    now = 25_600;
    expect(pace.waitMs()).toBe(0);
  });

  it('waits for nothing when there is no bound', () => {
    const pace = new Pace(undefined, () => 0);
    pace.took(1_000_000);
    expect(pace.waitMs()).toBe(0);
    expect(pace.batchSize(500)).toBe(500);
  });
});
