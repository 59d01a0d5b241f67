/** What `replay` was told. */
export interface ReplayOptions {
  readonly fromSequence?: number;
  readonly fromTime?: string;
  readonly toSequence?: number;
  readonly toTime?: string;
  readonly run?: string;
  readonly rate?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly yes?: boolean;
}
