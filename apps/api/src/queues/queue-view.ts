import { ApiProperty } from '@nestjs/swagger';

const AGE = {
  type: 'integer',
  nullable: true,
  description:
    'Milliseconds that the oldest of what is pending has waited; null when nothing is, or not known',
} as const;

/** How far a durable consumer has come. */
export class ConsumerView {
  @ApiProperty({ example: 'RUN_REQUESTS' })
  stream: string;

  @ApiProperty({ example: 'executor-machine_health' })
  consumer: string;

  @ApiProperty({
    type: 'integer',
    description: 'Messages that nobody has been given yet: the depth of the queue',
  })
  pending: number;

  @ApiProperty({
    type: 'integer',
    description: 'Given to somebody and not settled; also what waits for a retry',
  })
  in_flight: number;

  @ApiProperty({ type: 'integer', description: 'Of those in flight: given more than once' })
  redelivered: number;

  @ApiProperty(AGE)
  oldest_pending_ms: number | null;

  @ApiProperty({ type: 'integer', description: 'In flight at most' })
  max_ack_pending: number;

  @ApiProperty({ type: 'integer', description: 'Sequence up to which everything was given to somebody' })
  delivered_sequence: number;

  @ApiProperty({ type: 'integer', description: 'Sequence up to which everything is settled' })
  settled_sequence: number;
}

/** What waits for an agent with normal priority; what is in flight there are its places, also those that high ones use. */
export class AgentQueueView extends ConsumerView {
  @ApiProperty({ example: 'machine_health' })
  agent: string;

  @ApiProperty({ description: 'false: the catalogue does not have the agent (any more)' })
  is_in_catalogue: boolean;

  @ApiProperty({
    type: ConsumerView,
    nullable: true,
    description: 'What waits with high priority and goes before; null for an agent that has no such queue',
  })
  high: ConsumerView | null;
}

/** How full a stream is. */
export class StreamView {
  @ApiProperty({ example: 'RUN_REQUESTS' })
  stream: string;

  @ApiProperty({ type: 'integer' })
  messages: number;

  @ApiProperty({ type: 'integer' })
  bytes: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'null for no bound of its own' })
  max_bytes: number | null;

  @ApiProperty({ type: 'number', nullable: true, minimum: 0, maximum: 1, example: 0.12 })
  fill: number | null;

  @ApiProperty({ type: 'integer' })
  first_sequence: number;

  @ApiProperty({ type: 'integer' })
  last_sequence: number;
}

export class QueuePage {
  @ApiProperty({ type: [AgentQueueView], description: 'By agent' })
  items: AgentQueueView[];

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Send it as `cursor` for the page that follows; null on the last one',
  })
  next_cursor: string | null;

  @ApiProperty({ type: [ConsumerView], description: 'Of the other services, on every page' })
  services: ConsumerView[];

  @ApiProperty({ type: [StreamView], description: 'On every page' })
  streams: StreamView[];
}
