import { type Interruption, RunControl } from '#running';
import { Injectable } from '@nestjs/common';

/** The runs that this executor works on, from before the claim until their final event is stored. */
@Injectable()
export class HeldRuns {
  private readonly controls = new Map<string, RunControl>();
  private lastWord: Interruption | undefined;

  get size(): number {
    return this.controls.size;
  }

  holds(requestId: string): boolean {
    return this.controls.has(requestId);
  }

  /**
   * @returns what interrupts the run, or `undefined` when it is held here already. It has interrupted the run already
   *   when all were interrupted before.
   */
  take(requestId: string): RunControl | undefined {
    if (this.controls.has(requestId)) {
      return undefined;
    }
    const control = new RunControl();
    if (this.lastWord !== undefined) {
      control.interrupt(this.lastWord);
    }
    this.controls.set(requestId, control);
    return control;
  }

  release(requestId: string): void {
    this.controls.delete(requestId);
  }

  /** Does nothing when the run is not held. */
  interrupt(requestId: string, interruption: Interruption): void {
    this.controls.get(requestId)?.interrupt(interruption);
  }

  /** Those that are held, and those that still arrive. */
  interruptAll(interruption: Interruption): void {
    this.lastWord = interruption;
    this.controls.forEach((control) => control.interrupt(interruption));
  }
}
