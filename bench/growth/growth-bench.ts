import type { ProgressBar } from '../support/progress-bar.js';
import { Comparison } from './comparison.js';
import { DASHBOARD_QUERIES, type DashboardQuery, type Sample, samplesOf } from './dashboard-queries.js';
import type { GrownDatabase } from './grown-database.js';
import { ingestSpeed } from './ingest-speed.js';

/**
 * Questions of one kind in each round. All are asked twice, and the second time counts: by then the rows are in memory,
 * and Postgres keeps the plan of a prepared statement, as it does after five.
 */
const ASKED = 20;
/** What is written in each round is written in so many parts, on both sides in turn. */
const PARTS = 5;
const INGEST = 'ingest';

type Side = 'small' | 'full';

/** Measures both databases in turn, so that what else happens on the machine hits both. */
export class GrowthBench {
  private readonly figures = new Map<string, Record<Side, number[]>>();

  constructor(
    private readonly databases: Readonly<Record<Side, GrownDatabase>>,
    private readonly progress: ProgressBar,
  ) {}

  /** @returns medians over all rounds */
  async measure(rounds: number, written: number): Promise<Comparison[]> {
    for (let round = 0; round < rounds; round += 1) {
      this.progress.show('measuring', round, rounds);
      await this.compare(INGEST, PARTS, (side) =>
        ingestSpeed(this.databases[side], Math.ceil(written / PARTS)),
      );
      for (const query of DASHBOARD_QUERIES) {
        await this.askAll(query);
      }
    }
    this.progress.show('measuring', rounds, rounds);
    const ingest = new Comparison(
      INGEST,
      'runs/s',
      this.median(INGEST, 'small'),
      this.median(INGEST, 'full'),
    );
    const queries: Comparison[] = [];
    for (const query of DASHBOARD_QUERIES) {
      queries.push(await this.compared(query));
    }
    return [ingest, ...queries];
  }

  private async askAll(query: DashboardQuery): Promise<void> {
    const samples = {
      small: await samplesOf(this.databases.small, ASKED),
      full: await samplesOf(this.databases.full, ASKED),
    };
    for (const side of ['small', 'full'] as const) {
      for (const sample of samples[side]) {
        await query.ask(this.databases[side], sample);
      }
    }
    await this.compare(query.label, ASKED, (side, index) => this.tookMs(side, query, samples[side][index]));
  }

  private async compare(
    label: string,
    times: number,
    measure: (side: Side, index: number) => Promise<number>,
  ): Promise<void> {
    const figures = this.figures.get(label) ?? { small: [], full: [] };
    this.figures.set(label, figures);
    for (let index = 0; index < times; index += 1) {
      figures.small.push(await measure('small', index));
      figures.full.push(await measure('full', index));
    }
  }

  private async tookMs(side: Side, query: DashboardQuery, sample: Sample | undefined): Promise<number> {
    const beganAt = performance.now();
    if (sample !== undefined) {
      await query.ask(this.databases[side], sample);
    }
    return performance.now() - beganAt;
  }

  private async compared(query: DashboardQuery): Promise<Comparison> {
    const { label } = query;
    const comparison = new Comparison(label, 'ms', this.median(label, 'small'), this.median(label, 'full'));
    if (comparison.isKept) {
      return comparison;
    }
    const [small, full] = await Promise.all(
      [this.databases.small, this.databases.full].map(async (database) => {
        const [sample] = await samplesOf(database, 1);
        return database.taken(() => (sample === undefined ? Promise.resolve() : query.ask(database, sample)));
      }),
    );
    return small === undefined || full === undefined
      ? comparison
      : new Comparison(label, 'ms', comparison.small, comparison.full, { small, full });
  }

  private median(label: string, side: Side): number {
    const figures = this.figures.get(label)?.[side] ?? [];
    return figures.toSorted((one, other) => one - other)[Math.floor(figures.length / 2)] ?? Number.NaN;
  }
}
