import { registerDecorator } from 'class-validator';
import type { Place } from './great-circle.js';

/** A place that a vehicle has to visit. */
export interface Stop extends Place {
  readonly id: string;
  /** Of the vehicle's capacity. Defaults to 0. */
  readonly demand?: number;
}

const MAX_STOPS = 1_000;
const MAX_ID_LENGTH = 100;
const PLACE_FIELDS = new Set(['lat', 'lon']);
const STOP_FIELDS = new Set([...PLACE_FIELDS, 'id', 'demand']);

/** Property decorator: an object of `lat` and `lon`. */
export function IsPlace(): PropertyDecorator {
  return refusing('isPlace', (value) => placeProblem(value, PLACE_FIELDS));
}

/** Property decorator: a list of `Stop`; the first wrong one is named. */
export function IsStopList(): PropertyDecorator {
  return refusing('isStopList', stopsProblem);
}

function refusing(name: string, problemOf: (value: unknown) => string | undefined): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: propertyName as string,
      validator: {
        validate: (value: unknown) => problemOf(value) === undefined,
        defaultMessage: (args) => `${args?.property}${problemOf(args?.value)}`,
      },
    });
  };
}

function stopsProblem(stops: unknown): string | undefined {
  if (!Array.isArray(stops) || stops.length === 0 || stops.length > MAX_STOPS) {
    return ` must be a list of 1 to ${MAX_STOPS} stops`;
  }
  const ids = new Set<unknown>();
  for (const [index, stop] of (stops as unknown[]).entries()) {
    const problem = placeProblem(stop, STOP_FIELDS) ?? stopProblem(stop as Partial<Stop>, ids);
    if (problem !== undefined) {
      return `[${index}]${problem}`;
    }
  }
  return undefined;
}

function stopProblem({ id, demand = 0 }: Partial<Stop>, ids: Set<unknown>): string | undefined {
  if (typeof id !== 'string' || id.length === 0 || id.length > MAX_ID_LENGTH) {
    return `.id must be a text of 1 to ${MAX_ID_LENGTH} characters`;
  }
  if (ids.has(id)) {
    return '.id is used twice';
  }
  ids.add(id);
  return Number.isFinite(demand) && demand >= 0 ? undefined : '.demand must be a number from 0 on';
}

function placeProblem(place: unknown, fields: ReadonlySet<string>): string | undefined {
  if (typeof place !== 'object' || place === null || Array.isArray(place)) {
    return ' must be an object';
  }
  if (Object.keys(place).some((field) => !fields.has(field))) {
    return ` must have no fields but ${[...fields].join(', ')}`;
  }
  const { lat, lon } = place as Partial<Place>;
  if (!isBetween(lat, 90)) {
    return '.lat must be a number of degrees from -90 to 90';
  }
  return isBetween(lon, 180) ? undefined : '.lon must be a number of degrees from -180 to 180';
}

function isBetween(degrees: unknown, most: number): boolean {
  return typeof degrees === 'number' && Math.abs(degrees) <= most;
}
