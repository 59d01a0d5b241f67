import { Logger } from '@nestjs/common';
import { groupMemory } from './group-memory.js';

const SAMPLE_MS = 500;

interface Watched {
  readonly limitBytes: number;
  readonly onExceeded: (bytes: number) => void;
  bytes: number;
}

/** Measures the memory of process groups, twice a second while there are any to watch. */
export class MemoryWatch {
  private readonly logger = new Logger(MemoryWatch.name);
  private readonly watched = new Map<number, Watched>();
  private timer: NodeJS.Timeout | undefined;

  /**
   * Calls `onExceeded` once when the group holds more than `limitBytes`.
   * @returns ends the watch, and says how many bytes the group held when it was last measured
   */
  watch(group: number, limitBytes: number, onExceeded: (bytes: number) => void): () => number {
    const watched: Watched = { limitBytes, onExceeded, bytes: 0 };
    this.watched.set(group, watched);
    this.schedule();
    return () => {
      if (this.watched.get(group) === watched) {
        this.watched.delete(group);
      }
      return watched.bytes;
    };
  }

  private schedule(): void {
    if (this.timer === undefined && this.watched.size > 0) {
      this.timer = setTimeout(() => void this.sample(), SAMPLE_MS).unref();
    }
  }

  private async sample(): Promise<void> {
    try {
      const groups = this.watched.size > 0 ? await groupMemory() : new Map<number, number>();
      for (const [group, watched] of this.watched) {
        watched.bytes = groups.get(group) ?? 0;
        if (watched.bytes > watched.limitBytes) {
          this.watched.delete(group);
          watched.onExceeded(watched.bytes);
        }
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'The memory of child processes could not be measured');
    } finally {
      this.timer = undefined;
      this.schedule();
    }
  }
}
