/** How it stands with something; `skipped`: it could not be looked at. */
export type Standing = 'ok' | 'warning' | 'problem' | 'skipped';
export type Area = 'nats' | 'postgres' | 'api';

/** What the doctor says about one thing. */
export interface Finding {
  readonly area: Area;
  /** One word for what was looked at. */
  readonly check: string;
  readonly standing: Standing;
  readonly message: string;
  /** What to do next; null when there is nothing to do. */
  readonly advice: string | null;
}

/** What was found in one area, in the order in which it was looked at. */
export class Findings {
  readonly all: Finding[] = [];

  constructor(private readonly area: Area) {}

  ok(check: string, message: string): void {
    this.add(check, 'ok', message, null);
  }

  warning(check: string, message: string, advice: string): void {
    this.add(check, 'warning', message, advice);
  }

  problem(check: string, message: string, advice: string): void {
    this.add(check, 'problem', message, advice);
  }

  skipped(check: string, reason: string, advice: string | null = null): void {
    this.add(check, 'skipped', reason, advice);
  }

  /** Does a check; one that fails is skipped, with the reason, and keeps no other from being done. */
  async attempt(check: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.skipped(check, `Could not be looked at: ${reasonOf(error)}`);
    }
  }

  private add(check: string, standing: Standing, message: string, advice: string | null): void {
    this.all.push({ area: this.area, check, standing, message, advice });
  }
}

/** What an error and its causes say; none of them speaks of passwords. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  const own = error.message === '' ? error.name : error.message;
  return inner instanceof Error && inner.message !== '' && inner.message !== own
    ? `${own}: ${inner.message}`
    : own;
}
