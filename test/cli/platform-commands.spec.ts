import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { publishHistory, written } from '../replay/published-history.js';
import { storedContent, type StoredContent, truncateAll } from '../replay/stored-content.js';
import { Platform } from '../support/platform.js';
import type { ServiceProcess } from '../support/service-process.js';
import { CliProcess } from './cli-process.js';

const RUNS = 240;
/** Slow enough to be stopped on the way. */
const SLOWLY = ['--rate', '40'];
const LOCKS = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Each of many command lines takes a second on a machine that does nothing else. */
describe('agent-platform replay and prove', { timeout: 90_000 }, () => {
  let platform: Platform;
  let ingest: ServiceProcess;
  let clean: StoredContent;
  const cli = (...words: string[]): CliProcess => CliProcess.spawnWith(words, { NATS_URL: platform.natsUrl });
  const startIngest = (): ServiceProcess => platform.spawn('apps/ingest/src/main.js');

  beforeAll(async () => {
    platform = await Platform.start();
    ingest = startIngest();
    await publishHistory(platform, RUNS);
    await written(platform);
    clean = await storedContent(platform);
  });

  afterAll(async () => await platform.stop());

  it('say that all is there', async () => {
    const proof = cli('prove');
    expect(await proof.ended()).toBe(0);
    expect(proof.output).toMatch(
      /^Proven\.\n\nRUN_EVENTS 1 to \d+\npublished (\d+) = stored \1 \+ duplicates 0 /,
    );

    const replay = cli('replay', '--yes', '--json');
    expect(await replay.ended()).toBe(0);
    expect(JSON.parse(replay.output)).toMatchObject({ state: 'done', runs_added: 0, metrics_added: 0 });
    expect(replay.messages).toMatch(/^100 % Over: \d+ of \d+$/m);
  });

  it('find what is missing, foretell what restores it, and restore it', async () => {
    await platform.query(`DELETE FROM agent_runs WHERE request_id = 'run-7'`);
    await platform.query(
      `UPDATE agent_daily_summaries SET runs_success = runs_success + 1 WHERE agent_name = 'agent_2'`,
    );

    const proof = cli('prove');
    expect(await proof.ended()).toBe(1);
    expect(proof.output).toMatch(/^Not proven: \d+ differences\.\n/);
    expect(proof.output).toMatch(/^run +run-7 +the run has no row/m);
    expect(proof.output).toMatch(/^summary +agent_2 2026-11-2\d +the summary of its runs is not/m);
    expect(proof.output).toContain('npx agent-platform replay --run <request_id>');

    const foretold = cli('replay', '--dry-run');
    expect(await foretold.ended()).toBe(0);
    expect(foretold.output).toMatch(/^runs that were missing +1$/m);
    expect(foretold.output).toContain('Nothing was changed');
    expect(await platform.query(`SELECT FROM agent_runs WHERE request_id = 'run-7'`)).toEqual([]);

    const replay = cli('replay', '--yes');
    expect(await replay.ended()).toBe(0);
    expect(replay.output).toMatch(/^RESTORED +ROWS\nruns that were missing +1$/m);
    expect(await storedContent(platform)).toEqual(clean);
    expect(await cli('prove').ended()).toBe(0);
  });

  it('repair summaries from the rows', async () => {
    await platform.query(`UPDATE agent_daily_summaries SET runs_success = runs_success + 1`);
    const proof = cli('prove', '--repair', '--json');

    expect(await proof.ended()).toBe(0);
    expect(JSON.parse(proof.output)).toMatchObject({
      proven: true,
      summaries_repaired: clean.summaries.length,
    });
    expect(await storedContent(platform)).toEqual(clean);
  });

  it('refuse a second replay, and say who runs the first', async () => {
    const first = cli('replay', '--yes', ...SLOWLY);
    await first.said('Reads RUN_EVENTS: ');
    const second = cli('replay', '--yes');

    expect(await second.ended()).toBe(1);
    expect(second.messages).toMatch(/^One at a time: there is a replay by \S+@\S+, since 20/);
    expect(await cli('replay', '--dry-run').ended()).toBe(0);

    first.signal('SIGINT');
    expect(await first.ended()).toBe(1);
    expect(first.messages).toMatch(
      /The replay has stopped: It was stopped\. .*replay --from-sequence \d+ --rate 40\n/,
    );
    expect(await platform.query(LOCKS)).toEqual([]);
  });

  it('end a replay that nobody waits for any more', async () => {
    const replay = cli('replay', '--yes', ...SLOWLY);
    await replay.said('Reads RUN_EVENTS: ');
    replay.signal('SIGKILL');
    await replay.ended();

    await vi.waitFor(async () => expect(await platform.query(LOCKS)).toEqual([]), {
      timeout: 30_000,
      interval: 100,
    });
  });

  it('say how to go on when ingest is killed, and come to the same end', async () => {
    await truncateAll(platform);
    const replay = cli('replay', '--yes', ...SLOWLY);
    await replay.said('Reads RUN_EVENTS: ');
    await vi.waitFor(async () => expect(await platform.query('SELECT FROM agent_runs')).not.toEqual([]));
    await ingest.kill();

    expect(await replay.ended()).toBe(69);
    const goOn = /Ingest does not answer any more\. .*agent-platform (replay --from-sequence (\d+)) /.exec(
      replay.messages,
    )!;
    expect(Number(goOn[2])).toBeGreaterThan(1);
    const absent = cli('prove');
    expect(await absent.ended()).toBe(69);
    expect(absent.messages).toBe('No ingest is connected to this NATS\n');

    ingest = startIngest();
    await vi.waitFor(async () => expect(await cli('prove').ended()).toBe(1), { timeout: 30_000 });
    expect(await cli(...goOn[1]!.split(' '), '--yes').ended()).toBe(0);
    expect(await storedContent(platform)).toEqual(clean);
    expect(await cli('prove').ended()).toBe(0);
  });

  it('find a platform by the file that npm start writes', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'cli-'));
    await writeFile(join(directory, 'connection.env'), `API_URL=x\nNATS_URL=${platform.natsUrl}\n`);

    expect(await CliProcess.spawnWith(['prove'], { DATA_DIR: directory }).ended()).toBe(0);
    await rm(directory, { recursive: true });
  });

  it.each([
    [{ DATA_DIR: '/nowhere' }, 78, 'NATS_URL is missing: set it, or have `npm start` run here'],
    [{ NATS_URL: 'http://x' }, 78, 'NATS_URL must be URLs that start with nats://'],
    [{ NATS_URL: 'nats://u:secret@127.0.0.1:1' }, 69, 'NATS can not be reached at 127.0.0.1:1\n'],
  ])('say that with %j there is no platform', async (environment, exitCode, problem) => {
    const proof = CliProcess.spawnWith(['prove'], environment);

    expect(await proof.ended()).toBe(exitCode);
    expect(proof.messages).toContain(problem);
    expect(proof.messages).not.toContain('secret');
  });

  it.each([
    [['replay'], '--yes must be given'],
    [['replay', '--yes', '--rate', 'fast'], 'It must be a whole number from 1'],
    [['replay', '--yes', '--from-time', 'noon'], 'from_time must be a time in ISO 8601'],
    [['replay', '--yes', '--from-time', '2026-11-22', '--from-sequence', '3'], 'either from_sequence or'],
    [['replay', '--yes', '--run', 'a.b'], 'request_id must be'],
    [['replay', '--yes', '--from-sequence', '1000000'], 'RUN_EVENTS ends at sequence'],
    [['prove', '--loudly'], "unknown option '--loudly'"],
  ])('refuse %j', async (words, problem) => {
    const refused = cli(...words);

    expect(await refused.ended()).toBe(2);
    expect(refused.messages).toContain(problem);
  });

  it('explain themselves', async () => {
    const help = cli('replay', '--help');

    expect(await help.ended()).toBe(0);
    expect(help.output).toContain('--dry-run');
    expect(help.output).toContain('Exit code: 0 done');
  });
});
