import { readFile } from 'node:fs/promises';
import type { MetricValues } from '#contracts';
import { Agent } from '../../agent.decorator.js';
import { BaseAgent } from '../../base-agent.js';
import type { RunContext } from '../../context/run-context.js';
import { RunOutput } from '../../run-output.js';
import { assetPath } from '../asset-path.js';
import { type Earthquake, parseEarthquakes } from './earthquake.js';

const MS_PER_DAY = 86_400_000;

@Agent({
  name: 'earthquakes',
  description: 'Statistics of great earthquakes since 1906; input `min_magnitude` leaves out the weaker ones',
  schedules: [{ cron: '*/15 * * * * *' }],
  timeLimitMs: 10_000,
})
export class EarthquakesAgent extends BaseAgent {
  async run({ input, signal }: RunContext): Promise<RunOutput> {
    const minMagnitude = minMagnitudeOf(input);
    const csv = await readFile(assetPath('earthquakes.csv'), { encoding: 'utf8', signal });
    const earthquakes = parseEarthquakes(csv).filter(({ magnitude }) => magnitude >= minMagnitude);
    return new RunOutput({
      metrics: statisticsOf(earthquakes),
      result: { by_decade: byDecade(earthquakes) },
    });
  }
}

function minMagnitudeOf({ min_magnitude: minMagnitude = 0 }: RunContext['input']): number {
  if (typeof minMagnitude !== 'number') {
    throw new TypeError('min_magnitude must be a number');
  }
  return minMagnitude;
}

function statisticsOf(earthquakes: readonly Earthquake[]): MetricValues {
  const [strongest] = earthquakes.toSorted((one, other) => other.magnitude - one.magnitude);
  if (strongest === undefined) {
    return { earthquake_count: 0 };
  }
  const sum = earthquakes.reduce((total, { magnitude }) => total + magnitude, 0);
  return {
    earthquake_count: earthquakes.length,
    magnitude_max: strongest.magnitude,
    magnitude_mean: Math.round((sum / earthquakes.length) * 100) / 100,
    strongest_place: strongest.place,
    strongest_date: strongest.date,
    longest_gap_days: longestGapDays(earthquakes),
  };
}

/** Between one earthquake and the next, both in the file; 0 where there are fewer than two. */
function longestGapDays(earthquakes: readonly Earthquake[]): number {
  const days = earthquakes
    .map(({ date }) => Date.parse(date) / MS_PER_DAY)
    .toSorted((one, other) => one - other);
  return Math.max(0, ...days.slice(1).map((day, index) => day - (days[index] ?? day)));
}

function byDecade(earthquakes: readonly Earthquake[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { date } of earthquakes) {
    const decade = `${date.slice(0, 3)}0s`;
    counts[decade] = (counts[decade] ?? 0) + 1;
  }
  return counts;
}
