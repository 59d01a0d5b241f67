import { ApiProperty } from '@nestjs/swagger';

/** One thing that is wrong with a body or query. */
export class ProblemField {
  @ApiProperty({
    description: 'Path of the field; empty when the whole body is meant',
    example: 'input.count',
  })
  field: string;

  @ApiProperty({ description: 'What it must be', example: 'limit must be at most 200' })
  message: string;
}

/** RFC 9457, as the OpenAPI document shows it. */
export class ProblemDetails {
  @ApiProperty({ example: 'about:blank' })
  type: string;

  @ApiProperty({ example: 'Unprocessable Entity' })
  title: string;

  @ApiProperty({ example: 422 })
  status: number;

  @ApiProperty({ description: 'For people', example: 'limit must be at most 200' })
  detail: string;

  @ApiProperty({ type: [ProblemField], required: false })
  errors?: ProblemField[];
}
