import { describe, expect, it } from 'vitest';
import { describeAgent } from '../../../testing/describe-agent.js';
import { runContext } from '../../../testing/run-context.js';
import { parseEarthquakes } from './earthquake.js';
import { EarthquakesAgent } from './earthquakes.agent.js';
import { EarthquakesModule } from './earthquakes.module.js';

describeAgent(EarthquakesAgent, EarthquakesModule, { input: { min_magnitude: 8.5 } });

describe('EarthquakesAgent', () => {
  it('computes its statistics from the file', async () => {
    const { metrics } = await new EarthquakesAgent().run(runContext());

    expect(metrics).toEqual({
      earthquake_count: 37,
      magnitude_max: 9.5,
      magnitude_mean: 8.45,
      strongest_place: 'Valdivia, Chile',
      strongest_date: '1960-05-22',
      longest_gap_days: 13_288,
    });
  });

  it('leaves out what is weaker than min_magnitude, and counts by decade', async () => {
    const { metrics, result } = await new EarthquakesAgent().run(runContext({ input: { min_magnitude: 9 } }));

    expect(metrics.earthquake_count).toBe(5);
    expect(result).toEqual({ by_decade: { '1950s': 1, '1960s': 2, '2000s': 1, '2010s': 1 } });
  });

  it('counts none where all are weaker', async () => {
    const { metrics } = await new EarthquakesAgent().run(runContext({ input: { min_magnitude: 10 } }));

    expect(metrics).toEqual({ earthquake_count: 0 });
  });

  it('refuses a min_magnitude that is no number', async () => {
    const run = new EarthquakesAgent().run(runContext({ input: { min_magnitude: 'high' } }));

    await expect(run).rejects.toThrow('min_magnitude must be a number');
  });
});

describe('parseEarthquakes', () => {
  it('names the line that cannot be read', () => {
    expect(() => parseEarthquakes('date,magnitude,place\n2011-03-11,9.1,Tohoku\nyesterday,9,x\n')).toThrow(
      'Line 3',
    );
  });
});
