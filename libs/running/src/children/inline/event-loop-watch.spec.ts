import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { MetricsRegistry } from '#telemetry';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EventLoopWatch } from './event-loop-watch.js';

let registry: MetricsRegistry;
let watch: EventLoopWatch;

beforeEach(() => {
  registry = new MetricsRegistry({ service: 'spec' });
  watch = new EventLoopWatch(registry);
  watch.onModuleInit();
});
afterEach(() => {
  watch.onApplicationShutdown();
  vi.restoreAllMocks();
});

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

it('names the inline agents that ran while the event loop stood still', async () => {
  const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
  const endEarlier = watch.begin('earlier');
  endEarlier();
  await setTimeout(250);
  watch.begin('waiting');
  const endBlocking = watch.begin('blocking');
  block(700);
  endBlocking();

  await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(1));

  expect(warn).toHaveBeenCalledWith(
    { blockedMs: expect.any(Number), agents: ['waiting', 'blocking'] },
    expect.any(String),
  );
  expect(await registry.exposition()).toContain('executor_event_loop_blocked_total{agent="blocking"');
});

it('says nothing of a short block', async () => {
  const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
  watch.begin('quick');
  block(150);
  await setTimeout(250);

  expect(warn).not.toHaveBeenCalled();
});
