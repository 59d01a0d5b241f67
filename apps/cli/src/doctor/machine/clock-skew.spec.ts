import { describe, expect, it } from 'vitest';
import { Findings } from '../finding.js';
import { ClockReading, judgeSkew } from './clock-skew.js';

describe('judgeSkew', () => {
  it.each([
    [{ ms: -400, exactToMs: 1 }, 'ok', '400 ms behind'],
    [{ ms: 900, exactToMs: 500 }, 'ok', '900 ms ahead of'],
    [{ ms: 900, exactToMs: 10 }, 'warning', '900 ms ahead of'],
    [{ ms: -7_000, exactToMs: 10 }, 'problem', '7000 ms behind'],
  ])('takes %j for %s, by what is certain', (skew, standing, said) => {
    const findings = new Findings('nats');
    judgeSkew(findings, 'NATS', skew);

    expect(findings.all).toMatchObject([{ standing, message: expect.stringContaining(said) }]);
  });
});

describe('ClockReading', () => {
  it('compares with the middle of the time that the answer took', () => {
    const reading = new ClockReading();
    const { ms, exactToMs } = reading.skewOf(Date.now() + 10_000);

    expect(Math.abs(ms - 10_000)).toBeLessThanOrEqual(exactToMs + 1);
  });
});
