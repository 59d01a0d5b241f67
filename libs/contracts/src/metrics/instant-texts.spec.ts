import { describe, expect, it } from 'vitest';
import { InstantTexts } from './instant-texts.js';

describe('instants as text', () => {
  it('are what Date makes of them, whichever came before', () => {
    const instants = new InstantTexts();
    for (const ms of [0, 1, 1, 1_795_305_600_123, 1_795_305_600_124, 1_795_305_600_123, -1]) {
      expect(instants.of(ms)).toBe(new Date(ms).toISOString());
    }
  });
});
