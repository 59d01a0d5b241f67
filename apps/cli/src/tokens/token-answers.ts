/** A token, as the API tells of it. */
export interface TokenAnswer {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly agents: readonly string[] | null;
  readonly created_at: string;
  readonly created_by: string;
  readonly expires_at: string | null;
  readonly revoked: boolean;
}

export interface SecretTokenAnswer extends TokenAnswer {
  readonly token: string;
}
