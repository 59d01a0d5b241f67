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
    const beganAt = performance.now();
    const press = setInterval(() => pace.note(500), 20);
    await pace.calm(NEVER);
    clearInterval(press);
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
