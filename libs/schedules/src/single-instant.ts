import type { Instants } from './instants.js';

/** Once. */
export class SingleInstant implements Instants {
  constructor(private readonly atMs: number) {}

  next(afterMs: number): number {
    return afterMs < this.atMs ? this.atMs : Infinity;
  }
}
