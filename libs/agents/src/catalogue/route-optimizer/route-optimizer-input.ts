import { IsInt, IsNumber, IsOptional, IsPositive, Max, Min } from 'class-validator';
import type { Place } from './great-circle.js';
import { IsPlace, IsStopList, type Stop } from './is-stop-list.js';

/** Input of `route_optimizer`. */
export class RouteOptimizerInput {
  /** Where every route begins and ends. */
  @IsPlace()
  depot: Place;

  @IsStopList()
  stops: Stop[];

  /** Most routes that there may be; as many as are needed when absent. */
  @IsOptional()
  @IsInt({ message: 'vehicles must be a whole number' })
  @Min(1, { message: 'vehicles must be at least 1' })
  @Max(1_000, { message: 'vehicles must be at most 1000' })
  vehicles?: number;

  /** Of each vehicle, in the unit of the demands; unlimited when absent. */
  @IsOptional()
  @IsNumber({ allowNaN: false, allowInfinity: false }, { message: 'capacity must be a number' })
  @IsPositive({ message: 'capacity must be more than 0' })
  capacity?: number;

  /** The same seed gives the same routes, unless `iterations_ms` ended the search. */
  @IsInt({ message: 'seed must be a whole number' })
  @Min(0, { message: 'seed must be at least 0' })
  @Max(4_294_967_295, { message: 'seed must be at most 4294967295' })
  seed = 1;

  /** How often a part of the routes is taken apart and put together again. More gives shorter routes. */
  @IsInt({ message: 'iterations must be a whole number' })
  @Min(1, { message: 'iterations must be at least 1' })
  @Max(10_000_000, { message: 'iterations must be at most 10000000' })
  iterations = 20_000;

  /** Milliseconds after which the search ends even with iterations to go. */
  @IsOptional()
  @IsInt({ message: 'iterations_ms must be a whole number' })
  @Min(1, { message: 'iterations_ms must be at least 1' })
  @Max(3_600_000, { message: 'iterations_ms must be at most 3600000' })
  iterations_ms?: number;
}
