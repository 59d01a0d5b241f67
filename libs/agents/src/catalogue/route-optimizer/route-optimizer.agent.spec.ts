import { validateContract } from '#contracts';
import { describe, expect, it } from 'vitest';
import { describeAgent } from '../../../testing/describe-agent.js';
import { runContext } from '../../../testing/run-context.js';
import { greatCircleKm, type Place } from './great-circle.js';
import { RouteOptimizerAgent } from './route-optimizer.agent.js';
import { RouteOptimizerInput } from './route-optimizer-input.js';
import { RouteOptimizerModule } from './route-optimizer.module.js';

const MADRID = { lat: 40.4168, lon: -3.7038 };
const STOPS = [
  { id: 'barcelona', lat: 41.3874, lon: 2.1686, demand: 3 },
  { id: 'sevilla', lat: 37.3891, lon: -5.9845, demand: 2 },
  { id: 'girona', lat: 41.9794, lon: 2.8214, demand: 1 },
  { id: 'cordoba', lat: 37.8882, lon: -4.7794, demand: 2 },
  { id: 'bilbao', lat: 43.263, lon: -2.935, demand: 4 },
];
const INPUT = { depot: MADRID, stops: STOPS, iterations: 200 };

function input(overrides: object = {}): RouteOptimizerInput {
  return validateContract(RouteOptimizerInput, { ...INPUT, ...overrides });
}

describeAgent(RouteOptimizerAgent, RouteOptimizerModule, { input: INPUT });

describe('RouteOptimizerAgent', () => {
  it('plans the shortest route when nothing limits the load', async () => {
    const { metrics, result } = await new RouteOptimizerAgent().run(runContext({ input: input() }));

    expect(metrics).toMatchObject({ stops: 5, vehicles_used: 1, iterations: 200 });
    const shortestKm = Math.min(...orders(STOPS).map(roundTripKm));
    expect(metrics.distance_km).toBeCloseTo(shortestKm, 3);
    expect(metrics.distance_saved_km).toBeCloseTo(roundTripKm(STOPS) - shortestKm, 3);
    expect(result).toMatchObject({ routes: [{ load: 12, distance_km: metrics.distance_km }] });
  });

  it('keeps to the capacity, by routes that cost as little as possible', async () => {
    const { metrics, result } = await new RouteOptimizerAgent().run(
      runContext({ input: input({ capacity: 4, vehicles: 3 }) }),
    );
    const { routes } = result as { routes: { stops: string[]; load: number }[] };

    expect(metrics.vehicles_used).toBe(3);
    expect(routes.map(({ load }) => load)).toEqual([4, 4, 4]);
    expect(routes.map(({ stops }) => stops.toSorted().join()).toSorted()).toEqual([
      'barcelona,girona',
      'bilbao',
      'cordoba,sevilla',
    ]);
  });

  it('reports progress up to the end', async () => {
    const reports: number[] = [];

    await new RouteOptimizerAgent().run(
      runContext({ input: input(), progress: (percent) => void reports.push(percent) }),
    );

    expect(reports.at(-1)).toBe(100);
  });

  it.each([
    ['one stop demands too much', { capacity: 3 }, 'Stop bilbao demands more'],
    ['all together demand too much', { capacity: 5, vehicles: 2 }, 'demand 12, more than 2 vehicles of 5'],
    ['the demands can not be divided', { capacity: 4, vehicles: 3, stops: thirds() }, 'No way was found'],
  ])('fails for good when %s', async (_case, overrides, message) => {
    const run = new RouteOptimizerAgent().run(runContext({ input: input(overrides) }));

    await expect(run).rejects.toThrow(message);
    await expect(run).rejects.toMatchObject({ name: 'NonRetryableError' });
  });
});

function orders<T>(items: readonly T[]): T[][] {
  return items.length === 0
    ? [[]]
    : items.flatMap((first) =>
        orders(items.filter((item) => item !== first)).map((others) => [first].concat(others)),
      );
}

function roundTripKm(stops: readonly Place[]): number {
  const places = [MADRID, ...stops, MADRID];
  return places.slice(1).reduce((km, place, index) => km + greatCircleKm(places[index] ?? MADRID, place), 0);
}

/** Twelve in all, as three vehicles of four take, but of three each. */
function thirds(): object[] {
  return STOPS.slice(0, 4).map(({ id, lat, lon }) => ({ id, lat, lon, demand: 3 }));
}

describe('RouteOptimizerInput', () => {
  it.each([
    [{ depot: undefined }, 'depot must be an object'],
    [{ depot: { lat: 91, lon: 0 } }, 'depot.lat must be a number of degrees from -90 to 90'],
    [{ depot: { lat: 1, lon: '2' } }, 'depot.lon must be a number of degrees from -180 to 180'],
    [{ depot: { ...MADRID, name: 'x' } }, 'depot must have no fields but lat, lon'],
    [{ stops: [] }, 'stops must be a list of 1 to 1000 stops'],
    [{ stops: Array.from({ length: 1_001 }, () => STOPS[0]) }, 'stops must be a list of 1 to 1000 stops'],
    [{ stops: [STOPS[0], null] }, 'stops[1] must be an object'],
    [{ stops: [STOPS[0], STOPS[0]] }, 'stops[1].id is used twice'],
    [{ stops: [{ ...STOPS[0], demand: -1 }] }, 'stops[0].demand must be a number from 0 on'],
    [{ stops: [{ ...STOPS[0], demand: '1' }] }, 'stops[0].demand must be a number from 0 on'],
    [{ stops: [{ ...MADRID }] }, 'stops[0].id must be a text of 1 to 100 characters'],
    [{ vehicles: 0 }, 'vehicles must be at least 1'],
    [{ capacity: 0 }, 'capacity must be more than 0'],
    [{ seed: 1.5 }, 'seed must be a whole number'],
    [{ iterations_ms: 0 }, 'iterations_ms must be at least 1'],
    [{ deep: true }, 'deep is not a known field'],
  ])('refuses %j', (overrides, message) => {
    expect(() => input(overrides)).toThrow(message);
  });
});

describe('greatCircleKm', () => {
  it.each([
    [{ lat: 0, lon: 0 }, { lat: 0, lon: 180 }, 20_015.1],
    [{ lat: 90, lon: 0 }, { lat: 0, lon: 77 }, 10_007.6],
    [{ lat: 0, lon: 179.5 }, { lat: 0, lon: -179.5 }, 111.2],
    [MADRID, MADRID, 0],
  ])('from %j to %j is %d km', (from, to, km) => {
    expect(greatCircleKm(from, to)).toBeCloseTo(km, 1);
  });
});
