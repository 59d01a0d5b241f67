import { AbstractLogger } from 'typeorm';

/** A statement with its parameters. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Notes what is asked of Postgres, while somebody wants to know. */
export class StatementRecorder extends AbstractLogger {
  private recorded: Statement[] | undefined;

  /** @returns the statements that `ask` led to */
  async record(ask: () => Promise<unknown>): Promise<readonly Statement[]> {
    const recorded: Statement[] = [];
    this.recorded = recorded;
    try {
      await ask();
    } finally {
      this.recorded = undefined;
    }
    return recorded;
  }

  override logQuery(sql: string, values: readonly unknown[] = []): void {
    this.recorded?.push({ sql, values });
  }

  /** Nothing but statements is of interest. */
  protected override writeLog(): void {
    return undefined;
  }
}
