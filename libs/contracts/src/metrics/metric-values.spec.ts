import { describe, expect, it } from 'vitest';
import {
  MAX_METRIC_NAME_LENGTH,
  MAX_METRIC_TEXT_LENGTH,
  MAX_METRICS,
  metricProblems,
} from './metric-values.js';

function numbered(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, index]));
}

describe('metricProblems', () => {
  it.each([
    [{}],
    [{ number: -1.5, zero: 0, yes: true, text: '', emoji: '🙂', 'any name': 1 }],
    [{ ['n'.repeat(MAX_METRIC_NAME_LENGTH)]: 't'.repeat(MAX_METRIC_TEXT_LENGTH) }],
    [numbered(MAX_METRICS)],
  ])('finds nothing wrong', (metrics) => {
    expect(metricProblems(metrics)).toEqual([]);
  });

  it.each([
    [undefined, 'metrics must be an object of names and values'],
    [null, 'metrics must be an object of names and values'],
    [[1], 'metrics must be an object of names and values'],
    ['a', 'metrics must be an object of names and values'],
    [numbered(MAX_METRICS + 1), 'metrics must be at most 1000'],
    [{ '': 1 }, 'metric name "" must be 1 to 200 characters'],
    [{ ['n'.repeat(201)]: 1 }, `metric name "${'n'.repeat(40)}…" must be 1 to 200 characters`],
    [{ 'a\0': 1 }, 'metric name "a\0" must be well-formed text without NUL characters'],
    [{ x: Number.NaN }, 'metric "x" must be a finite number'],
    [{ x: Infinity }, 'metric "x" must be a finite number'],
    [{ x: null }, 'metric "x" must be a number, a boolean or text'],
    [{ x: {} }, 'metric "x" must be a number, a boolean or text'],
    [{ x: [] }, 'metric "x" must be a number, a boolean or text'],
    [{ x: 5n }, 'metric "x" must be a number, a boolean or text'],
    [{ x: 't'.repeat(8_193) }, 'metric "x" must be at most 8192 characters of text'],
    [{ x: 'a\0' }, 'metric "x" must be well-formed text without NUL characters'],
    [{ x: '\ud83d' }, 'metric "x" must be well-formed text without NUL characters'],
  ])('names what is wrong', (metrics, problem) => {
    expect(metricProblems(metrics)).toEqual([problem]);
  });

  it('names every metric that is wrong', () => {
    expect(metricProblems({ a: null, b: 1, c: [] })).toHaveLength(2);
  });
});
