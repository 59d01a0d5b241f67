/** Where a child finds the Nest module that brings the agents of isolation `process`. */
export interface CatalogueLocation {
  /** URL of the file that exports it. */
  readonly url: string;
  /** Name of the export. */
  readonly name: string;
}

/** What the children of an executor are told. */
export class ChildrenOptions {
  readonly catalogue: CatalogueLocation;
  /** The whole environment of children, see `childEnvironment`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Children of one pool at the same time. */
  readonly maxChildren: number;
  /** A child is replaced after so many runs. */
  readonly runsPerChild: number;
  /** Path of the built program of Node children. Defaults to the one beside this code. */
  readonly nodeProgram?: string;
  /** Milliseconds after which a child without work is closed. Defaults to five minutes. */
  readonly idleMs?: number;
  /** Milliseconds that an idle child may take to answer a ping. Defaults to five seconds. */
  readonly answerMs?: number;
}
