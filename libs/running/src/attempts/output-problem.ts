import { metricProblems, MAX_MESSAGE_BYTES, type MetricValues, type RunOrigin } from '#contracts';

/** What the other fields of a final event may take. */
const ENVELOPE_BYTES = 4_096;
/** No escape makes more than six bytes of a character: metrics of so many fit, without anybody counting bytes. */
const CHARACTERS_THAT_FIT = 100_000;

/** Says why the output of a run can't travel in its final event, which also carries the run's input; else nothing. */
export function outputProblem(
  metrics: MetricValues,
  result: unknown,
  origin: Partial<RunOrigin>,
): string | undefined {
  const problems = metricProblems(metrics);
  if (problems.length > 0) {
    return `The metrics can not be stored: ${problems.join('; ')}`;
  }
  if (result === undefined && origin.input === undefined && charactersOf(metrics) < CHARACTERS_THAT_FIT) {
    return undefined;
  }
  let bytes: number;
  try {
    bytes = Buffer.byteLength(JSON.stringify({ metrics, result, origin }));
  } catch (error) {
    return `The result is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  const limit = MAX_MESSAGE_BYTES - ENVELOPE_BYTES;
  return bytes > limit
    ? `Metrics, result and input take ${bytes} bytes; a run may have ${limit}. Store large results elsewhere and return where`
    : undefined;
}

function charactersOf(metrics: MetricValues): number {
  let characters = 0;
  for (const name of Object.keys(metrics)) {
    const value = metrics[name];
    characters += name.length + (typeof value === 'string' ? value.length : 0);
  }
  return characters;
}
