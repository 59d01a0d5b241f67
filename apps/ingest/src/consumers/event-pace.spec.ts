import { beforeEach, describe, expect, it } from 'vitest';
import { EventPace } from './event-pace.js';

const NEVER = new AbortController().signal;

describe('EventPace', () => {
  let pace: EventPace;

  beforeEach(() => {
    pace = new EventPace();
  });

  it('is calm while few events come', async () => {
    pace.note(249);
    const beganAt = performance.now();
    await pace.calm(NEVER);
    expect(performance.now() - beganAt).toBeLessThan(40);
  });

  it('lets nobody on while many come, but for once in two seconds', async () => {
    pace.note(125);
    pace.note(125);
    let isCalm = false;
    const calm = pace.calm(NEVER).then(() => (isCalm = true));
    const beganAt = performance.now();
    while (!isCalm) {
      pace.note(500);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await calm;
    expect(performance.now() - beganAt).toBeGreaterThan(1_900);
  });

  it('lets on whoever has to stop', async () => {
    pace.note(1_000);
    await pace.calm(AbortSignal.abort());
    const stopping = new AbortController();
    const calm = pace.calm(stopping.signal);
    stopping.abort();
    await expect(calm).resolves.toBeUndefined();
  });
});
