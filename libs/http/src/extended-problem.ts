/** An error whose problem details have more fields than others. */
export class ExtendedProblem {
  constructor(
    readonly error: unknown,
    readonly extension: Readonly<Record<string, unknown>>,
  ) {}
}
