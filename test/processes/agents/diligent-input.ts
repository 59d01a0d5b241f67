import { IsInt, IsOptional, Min } from 'class-validator';

/** What `diligent` takes. */
export class DiligentInput {
  /** Milliseconds to compute. */
  @IsOptional()
  @IsInt()
  @Min(0)
  compute_ms?: number;
}
