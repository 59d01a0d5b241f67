import type { AgentBreaker } from '#contracts';

const LONGEST_TIMER_MS = 2_147_483_647;
/** While the breaker is half open. */
const PROBES = 1;

/** What a gate lets through. */
export interface GateControls {
  pause(): void;
  /** @param limit runs at the same time in this executor; no limit of the gate's own when absent */
  resume(limit?: number): void;
}

/** A breaker as it is stored. */
export interface StoredBreaker {
  readonly breaker: AgentBreaker;
  readonly revision: number;
}

/** Decides whether this executor takes runs of one agent: whether it is paused, and what its breaker says. */
export class AgentGate {
  private timer: NodeJS.Timeout | undefined;
  private paused = false;
  private stored: StoredBreaker | undefined;

  constructor(private readonly controls: GateControls) {}

  get isPaused(): boolean {
    return this.paused;
  }

  set isPaused(paused: boolean) {
    this.paused = paused;
    this.apply();
  }

  get breaker(): StoredBreaker | undefined {
    return this.stored;
  }

  set breaker(stored: StoredBreaker | undefined) {
    this.stored = stored;
    this.apply();
  }

  /** Milliseconds until a run may be tried again; 0 when the breaker is closed or half open. */
  get openForMs(): number {
    return this.stored === undefined
      ? 0
      : Math.max(0, Date.parse(this.stored.breaker.open_until) - Date.now());
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private apply(): void {
    clearTimeout(this.timer);
    const { openForMs } = this;
    if (openForMs > 0) {
      this.timer = setTimeout(() => this.apply(), Math.min(openForMs, LONGEST_TIMER_MS));
      this.timer.unref();
    }
    if (this.paused || openForMs > 0) {
      this.controls.pause();
    } else {
      this.controls.resume(this.stored === undefined ? undefined : PROBES);
    }
  }
}
