import { IsOptional, Matches } from 'class-validator';

/** A command whose sender people may want to know. */
export abstract class AskedBy {
  /** Who asks for it, for people. */
  @IsOptional()
  @Matches(/^[^\p{Cc}]{1,200}$/u, { message: 'by must be 1 to 200 printable characters' })
  by?: string;
}
