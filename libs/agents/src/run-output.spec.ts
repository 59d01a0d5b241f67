import { describe, expect, it } from 'vitest';
import { RunOutput } from './run-output.js';

describe('RunOutput', () => {
  it('is made from a flat map of metrics', () => {
    const output = RunOutput.from({ rows: 3, result: 'the name of a metric' });

    expect(output.metrics).toEqual({ rows: 3, result: 'the name of a metric' });
    expect(output.result).toBeUndefined();
  });

  it('stays itself', () => {
    const output = new RunOutput({ metrics: { rows: 3 }, result: [1] });

    expect(RunOutput.from(output)).toBe(output);
    expect(output.result).toEqual([1]);
  });
});
