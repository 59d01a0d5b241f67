/** Which lane a request takes: requests of the high one overtake those of the normal one. */
export const RUN_PRIORITIES = ['normal', 'high'] as const;
export type RunPriority = (typeof RUN_PRIORITIES)[number];
