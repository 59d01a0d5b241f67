import type { GroupGuardian } from '../processes/group-guardian.js';
import type { MemoryWatch } from '../processes/memory-watch.js';

/** What all children of an executor share. */
export interface ChildServices {
  readonly guardian: GroupGuardian;
  readonly memory: MemoryWatch;
}
