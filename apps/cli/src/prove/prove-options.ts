/** What `prove` was told. */
export interface ProveOptions {
  readonly repair?: boolean;
  readonly json?: boolean;
}
