import type { ProgressBar } from '../support/progress-bar.js';
import { DASHBOARD_QUERIES, type DashboardQuery, sampleOf } from './dashboard-queries.js';
import type { GrownDatabase } from './grown-database.js';
import { ingestSpeed } from './ingest-speed.js';

/** Asked in each round, after one that is not counted. */
const ASKED = 15;

/** One line of the table: the same on both databases. */
export interface Comparison {
  readonly label: string;
  readonly unit: 'runs/s' | 'ms';
  readonly small: number;
  readonly full: number;
}

/** Measures both databases in turn, so that what else happens on the machine hits both. */
export class GrowthBench {
  private readonly figures = new Map<string, { small: number[]; full: number[] }>();

  constructor(
    private readonly small: GrownDatabase,
    private readonly full: GrownDatabase,
    private readonly progress: ProgressBar,
  ) {}

  /** @returns medians over all rounds */
  async measure(rounds: number, written: number): Promise<Comparison[]> {
    for (let round = 0; round < rounds; round += 1) {
      this.progress.show('measuring', round, rounds);
      for (const side of ['small', 'full'] as const) {
        this.note('ingest', side, [await ingestSpeed(this[side], written)]);
        for (const query of DASHBOARD_QUERIES) {
          this.note(query.label, side, await tookMs(this[side], query));
        }
      }
    }
    this.progress.show('measuring', rounds, rounds);
    return [...this.figures].map(([label, { small, full }]) => ({
      label,
      unit: label === 'ingest' ? 'runs/s' : 'ms',
      small: median(small),
      full: median(full),
    }));
  }

  private note(label: string, side: 'small' | 'full', figures: readonly number[]): void {
    const known = this.figures.get(label) ?? { small: [], full: [] };
    known[side].push(...figures);
    this.figures.set(label, known);
  }
}

async function tookMs(database: GrownDatabase, query: DashboardQuery): Promise<number[]> {
  const figures: number[] = [];
  await query.ask(database, await sampleOf(database));
  for (let asked = 0; asked < ASKED; asked += 1) {
    const sample = await sampleOf(database);
    const beganAt = performance.now();
    await query.ask(database, sample);
    figures.push(performance.now() - beganAt);
  }
  return figures;
}

function median(figures: readonly number[]): number {
  return figures.toSorted((one, other) => one - other)[Math.floor(figures.length / 2)] ?? Number.NaN;
}
