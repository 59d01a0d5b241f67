/** The stream that a key-value bucket is. */
export function bucketStream(bucket: string): string {
  return `KV_${bucket}`;
}

/** The subject that holds the values of a key, or of several when the key has wildcards. */
export function bucketSubject(bucket: string, key: string): string {
  return `$KV.${bucket}.${key}`;
}
