/** The statuses of ARC that this node gives (its OpenAPI lists more, for states in between). */
export type TxState =
  | 'SEEN_IN_ORPHAN_MEMPOOL'
  | 'SEEN_ON_NETWORK'
  | 'DOUBLE_SPEND_ATTEMPTED'
  | 'REJECTED'
  | 'MINED_IN_STALE_BLOCK'
  | 'MINED';

/** What is known of a transaction, in ARC's terms. */
export interface TxStatus {
  readonly txid: string;
  readonly state: TxState;
  /** Empty unless mined. */
  readonly blockHash: string;
  /** 0 unless mined. */
  readonly blockHeight: number;
  /** BUMP in hex (BRC-74), empty unless mined. */
  readonly merklePath: string;
  readonly extraInfo: string;
  readonly competingTxs: readonly string[];
}

/** A status without a block. */
export const unmined = (
  txid: string,
  state: TxState,
  extraInfo = '',
  competingTxs: readonly string[] = [],
): TxStatus => ({
  txid,
  state,
  blockHash: '',
  blockHeight: 0,
  merklePath: '',
  extraInfo,
  competingTxs,
});
