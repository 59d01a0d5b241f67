/** What asked for a run. `report`: nobody did, a finished run was posted from outside. */
export const RUN_TRIGGERS = ['schedule', 'api', 'message', 'report'] as const;
export type RunTrigger = (typeof RUN_TRIGGERS)[number];
