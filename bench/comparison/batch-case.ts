import type { BenchServers } from '../support/bench-servers.js';
import { BenchService } from '../support/bench-service.js';
import type { ProgressBar } from '../support/progress-bar.js';
import type { BatchResult } from './batch-result.js';
import { IngestProcess } from './ingest-process.js';
import { peerProgram } from './peer-files.js';
import { reportLines } from './report-lines.js';
import { METRICS_PER_RUN, type StoredRows } from './stored-rows.js';

/** As many as `POST /metrics/batch` takes. */
export const REPORTS = 10_000;
const WARM_UP_BATCHES = 2;
/** Batches under way at the same time. */
export const PRODUCERS = 2;
const SECOND_MS = 1_000;

/** Many reports at once: `POST /metrics/batch`, and COPY into the same tables as the limit of what Postgres takes. */
export class BatchCase {
  constructor(
    private readonly servers: BenchServers,
    private readonly rows: StoredRows,
    private readonly bar: ProgressBar,
    private readonly batches: number,
  ) {}

  /** @throws Error unless all reports are stored */
  async measurePosts(kind: 'NDJSON' | 'JSON'): Promise<BatchResult> {
    const name = `POST /metrics/batch, ${kind}`;
    await this.rows.empty();
    const ingest = await IngestProcess.start(this.servers);
    try {
      const url = `${ingest.url}/metrics/batch`;
      const lines = reportLines(REPORTS);
      const [type, body] =
        kind === 'JSON'
          ? (['application/json', `[${lines.join(',')}]`] as const)
          : (['application/x-ndjson', lines.join('\n')] as const);
      const post = async (): Promise<void> => await postBatch(url, type, body);
      await this.repeat(`${name}: warm-up`, WARM_UP_BATCHES, post);
      const beganAt = performance.now();
      await this.repeat(name, this.batches, post);
      const runsPerSecond = (this.batches * REPORTS * SECOND_MS) / (performance.now() - beganAt);
      await this.verify(name);
      return { name, runsPerSecond };
    } finally {
      await ingest.stop();
    }
  }

  /** @param isTrusted whether the check of the foreign key is skipped */
  async measureCopy(isTrusted: boolean): Promise<BatchResult> {
    const name = `COPY, foreign key ${isTrusted ? 'not checked' : 'checked'}`;
    await this.rows.empty();
    this.bar.show(name, 0, 1);
    const copy = BenchService.start('copy', peerProgram('copy-limit.mjs'), {
      DATABASE_URL: this.servers.superuserUrl,
      COPY_BATCHES: String(this.batches),
      COPY_TRUSTED: isTrusted ? 'yes' : 'no',
    });
    const { runsPerSecond } = await copy.message<{ runsPerSecond: number }>();
    await copy.ended();
    this.bar.show(name, 1, 1);
    await this.verify(name);
    return { name, runsPerSecond };
  }

  private async repeat(label: string, times: number, once: () => Promise<void>): Promise<void> {
    let begun = 0;
    let done = 0;
    const produce = async (): Promise<void> => {
      while (begun < times) {
        begun += 1;
        await once();
        done += 1;
        this.bar.show(label, done, times);
      }
    };
    await Promise.all(Array.from({ length: PRODUCERS }, produce));
  }

  private async verify(name: string): Promise<void> {
    const wanted = (WARM_UP_BATCHES + this.batches) * REPORTS;
    const { runs, metrics, orphans, incomplete, summarised } = await this.rows.counts();
    if (
      runs !== wanted ||
      metrics !== wanted * METRICS_PER_RUN ||
      summarised !== wanted ||
      orphans + incomplete > 0
    ) {
      const counts = JSON.stringify({ runs, metrics, orphans, incomplete, summarised });
      throw new Error(`${name}: ${wanted} reports were answered, but stored is ${counts}`);
    }
  }
}

async function postBatch(url: string, type: string, body: string): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
  const text = await answer.text();
  if (answer.status !== 200) {
    throw new Error(`${url} has answered ${answer.status}: ${text.slice(0, 300)}`);
  }
}
