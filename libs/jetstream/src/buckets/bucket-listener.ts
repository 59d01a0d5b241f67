/** What a bucket holds under a key. */
export interface BucketEntry {
  readonly key: string;
  readonly value: Uint8Array;
  /** Sequence of the entry: what a change that must meet just this value has to expect. */
  readonly revision: number;
}

/** Is told what a bucket holds. */
export interface BucketListener {
  /** The value is there, or is a new one. May be called again with the same one. */
  put(entry: BucketEntry): void;
  remove(key: string): void;
  /** Everything has been read: what is not among these keys is gone, whenever that happened. */
  keepOnly(keys: ReadonlySet<string>): void;
}
