import { MetricsRegistry } from '#telemetry';
import type { INestMicroservice } from '@nestjs/common';

const LINE = /^notifier_events_total\{outcome="(\w+)".*\} (\d+)$/gm;

/** How many events a notifier has read, by what became of them. */
export async function eventsReadBy(notifier: INestMicroservice): Promise<Record<string, number>> {
  const exposition = await notifier.get(MetricsRegistry).exposition();
  const counts = [...exposition.matchAll(LINE)].map(
    ([, outcome = '', events]) => [outcome, Number(events)] as const,
  );
  return Object.fromEntries(counts.filter(([, events]) => events > 0));
}
