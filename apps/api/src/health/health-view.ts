import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';

export class DependencyView {
  @ApiProperty({ enum: ['up', 'down'] })
  status: 'up' | 'down';
}

/** What the api depends on. */
@ApiExtraModels(DependencyView)
export class HealthView {
  @ApiProperty({
    enum: ['ok', 'degraded'],
    description: 'degraded: one is down, and what it knows is not to be had',
  })
  status: 'ok' | 'degraded';

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(DependencyView) },
    example: { nats: { status: 'up' }, postgres: { status: 'up' } },
  })
  dependencies: Record<string, DependencyView>;
}

/** What a service does that reads from NATS. */
export class ServiceView {
  @ApiProperty({ enum: ['ingest', 'notifier'] })
  service: 'ingest' | 'notifier';

  @ApiProperty({ description: 'The durable consumer that it reads by', example: 'ingest-events' })
  consumer: string;

  @ApiProperty({ enum: ['up', 'down'], description: 'down: nobody has read by it for half a minute' })
  status: 'up' | 'down';

  @ApiProperty({ type: 'integer', description: 'Messages that it has not been given yet' })
  unread: number;

  @ApiProperty({ type: 'integer', description: 'Messages that it has been given and has not finished' })
  unfinished: number;
}

/** The services behind the api. Executors and schedulers speak for themselves, see `/api/executors`. */
export class ServicesView {
  @ApiProperty({ enum: ['ok', 'degraded'] })
  status: 'ok' | 'degraded';

  @ApiProperty({ type: [ServiceView] })
  services: ServiceView[];
}
