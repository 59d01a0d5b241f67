const AGENTS = 16;
const TOOK_MS = 250;

/** Reports as producers send them, each as JSON. */
export function reportLines(count: number): string[] {
  const finishedAt = new Date();
  const startedAt = new Date(finishedAt.getTime() - TOOK_MS);
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      agent_name: `noop_${index % AGENTS}`,
      metrics: { begun_at_ms: startedAt.getTime(), rows: 3, ratio: 0.25, complete: true, city: 'Málaga' },
      started_at: startedAt.toISOString(),
      finished_at: finishedAt.toISOString(),
    }),
  );
}
