import { Injectable } from '@nestjs/common';

/** The wall clock. Specs put their own in its place. */
@Injectable()
export class Clock {
  /** Milliseconds since the epoch. */
  now(): number {
    return Date.now();
  }
}
