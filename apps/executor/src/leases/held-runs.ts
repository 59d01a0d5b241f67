import type { Interruption } from '#running';
import { Injectable } from '@nestjs/common';

/** The runs that this executor works on, from before the claim until their final event is stored. */
@Injectable()
export class HeldRuns {
  private readonly controllers = new Map<string, AbortController>();
  private lastWord: Interruption | undefined;

  get size(): number {
    return this.controllers.size;
  }

  holds(requestId: string): boolean {
    return this.controllers.has(requestId);
  }

  /**
   * @returns what interrupts the run, or `undefined` when it is held here already. It has interrupted the run already
   *   when all were interrupted before.
   */
  take(requestId: string): AbortController | undefined {
    if (this.controllers.has(requestId)) {
      return undefined;
    }
    const controller = new AbortController();
    if (this.lastWord !== undefined) {
      controller.abort(this.lastWord);
    }
    this.controllers.set(requestId, controller);
    return controller;
  }

  release(requestId: string): void {
    this.controllers.delete(requestId);
  }

  /** Does nothing when the run is not held. */
  interrupt(requestId: string, interruption: Interruption): void {
    this.controllers.get(requestId)?.abort(interruption);
  }

  /** Those that are held, and those that still arrive. */
  interruptAll(interruption: Interruption): void {
    this.lastWord = interruption;
    this.controllers.forEach((controller) => controller.abort(interruption));
  }
}
