/** How many requests of an agent there are, by lane, as the broker's consumers say. */
export interface LaneCounts {
  /** High ones that nobody was given yet. */
  readonly pending: number;
  /** High ones that are in work, or wait for a retry. */
  readonly unsettled: number;
  /** High ones that were given to somebody so far, each delivery counted. */
  readonly delivered: number;
  /** Normal ones that nobody was given yet. */
  readonly normalPending: number;
  /** Places that are taken: normal ones that were given to somebody and are not settled. */
  readonly placesTaken: number;
}

/** What a `HighLane` needs of its surroundings. */
export interface LaneAccess {
  /** Runs at the same time over all executors and both lanes. */
  readonly limit: number;
  count(): Promise<LaneCounts>;
  /** Whether this executor takes runs of the agent at all. */
  isOpen(): boolean;
  /** Runs a request of the lane to its end; `false` when there is none. */
  runOne(): Promise<boolean>;
  /** Asks the broker for a place in the normal lane; once, for each `reason`. */
  makePlace(reason: string): Promise<void>;
}
