import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request, requestMany } from '../faults/request-publisher.js';
import { checkLedger } from '../support/ledger-check.js';
import { Platform } from '../support/platform.js';

const LONG_MS = 60_000;

/** What an agent does, and what its run's row says of it. */
const ENDINGS: Record<string, { reason: string; error: RegExp }> = {
  loop: { reason: 'killed', error: /time limit of 4000 ms/ },
  ignoreSignal: { reason: 'killed', error: /time limit of 4000 ms/ },
  allocate: { reason: 'memory', error: /256/ },
  exit: { reason: 'crash', error: /exit code 3/ },
  segfault: { reason: 'crash', error: /SIGSEGV/ },
  throw: { reason: 'error', error: /that is no number/ },
  giveUp: { reason: 'error', error: /it will never work/ },
  returnText: { reason: 'error', error: /./ },
};

describe('an agent that misbehaves in a child process', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await Platform.start();
    await platform.startIngest();
    await platform.spawn('test/processes/wayward-executor.js').printed('ready');
  });

  afterAll(async () => await platform?.stop());

  it(
    'ends with a row that says what happened, and spares ten runs beside it',
    async () => {
      const good = requestMany(platform, 'diligent', 'good', 10, () => ({ input: { compute_ms: 50 } }));
      const bad = await Promise.all(
        Object.keys(ENDINGS).map(
          async (how) => await request(platform, 'wayward', `bad-${how}`, { input: { how } }),
        ),
      );
      await checkLedger(platform, [...(await good), ...bad], 40_000);
      for (const [how, { reason, error }] of Object.entries(ENDINGS)) {
        const [row] = await platform.query(
          'SELECT request_id, status, failure_reason, error_message FROM agent_runs WHERE request_id = $1',
          [`bad-${how}`],
        );
        expect(row).toEqual({
          request_id: `bad-${how}`,
          status: 'failed',
          failure_reason: reason,
          error_message: expect.stringMatching(error),
        });
      }
      const done = await platform.query("SELECT status FROM agent_runs WHERE agent_name = 'diligent'");
      expect(done).toEqual(Array.from({ length: 10 }, () => ({ status: 'success' })));
    },
    LONG_MS,
  );
});
