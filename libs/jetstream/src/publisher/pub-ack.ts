/** The broker's word that a message is stored. */
export interface PubAck {
  readonly stream: string;
  readonly seq: number;
  /** True when the stream had this message already. */
  readonly duplicate: boolean;
}
