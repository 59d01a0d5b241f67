import { IntegerVariable } from '#configuration';
import { Max, Min } from 'class-validator';

const MEBIBYTE = 1_048_576;
const LARGEST_STREAM_BYTES = 1_048_576 * MEBIBYTE;

/** What differs between a laptop and a cluster: variables of the environment. */
export class TopologyConfiguration {
  /** Requests that are kept at most; when it is full, the broker refuses new ones. */
  @IntegerVariable('RUN_REQUESTS_MAX_BYTES')
  @Min(MEBIBYTE)
  @Max(LARGEST_STREAM_BYTES)
  runRequestsMaxBytes: number = 1_024 * MEBIBYTE;

  /** Events that are kept at most; when it is full, the broker refuses new ones. */
  @IntegerVariable('RUN_EVENTS_MAX_BYTES')
  @Min(MEBIBYTE)
  @Max(LARGEST_STREAM_BYTES)
  runEventsMaxBytes: number = 4_096 * MEBIBYTE;

  /** Dead letters that are kept at most; when it is full, the oldest go. */
  @IntegerVariable('DEAD_LETTERS_MAX_BYTES')
  @Min(MEBIBYTE)
  @Max(LARGEST_STREAM_BYTES)
  deadLettersMaxBytes: number = 256 * MEBIBYTE;

  /** Servers of a NATS cluster that hold each stream. */
  @IntegerVariable('STREAM_REPLICAS')
  @Min(1)
  @Max(5)
  streamReplicas = 1;
}
