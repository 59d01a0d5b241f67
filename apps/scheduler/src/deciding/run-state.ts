/** Of the run of the fire before. `unknown`: nobody can say it now. */
export type RunState = 'over' | 'open' | 'unknown';
