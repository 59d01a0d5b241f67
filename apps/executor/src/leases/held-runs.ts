import { type Interruption, RunControl } from '#running';
import { Injectable } from '@nestjs/common';

/**
 * The runs that this executor works on, from before the claim until their final event is stored; and those that it was
 * given and has set aside for others.
 */
@Injectable()
export class HeldRuns {
  private readonly controls = new Map<string, RunControl>();
  private readonly aside = new Set<string>();
  private lastWord: Interruption | undefined;

  /** Without those that are set aside. */
  get size(): number {
    return this.controls.size - this.aside.size;
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
    this.aside.delete(requestId);
  }

  /** A run that is held waits for others. */
  setAside(requestId: string): void {
    this.aside.add(requestId);
  }

  /** Its turn has come. */
  takeUp(requestId: string): void {
    this.aside.delete(requestId);
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
