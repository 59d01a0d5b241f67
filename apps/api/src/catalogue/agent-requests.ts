import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';

/** Body of `POST /api/agents/{name}/pause`. */
export class PauseRequest {
  @ApiPropertyOptional({ description: 'For people', maxLength: 1_000 })
  @IsOptional()
  @IsString({ message: 'reason must be a text of at most 1000 characters' })
  @MaxLength(1_000, { message: 'reason must be a text of at most 1000 characters' })
  reason?: string;
}
