import type { MerklePath } from '@bsv/sdk';
import type { TxId } from '../shared/units.ts';
import type { Header } from './header.ts';
import type { Chain } from './port.ts';

/** A transaction's place in a block of the best chain. */
export interface Proof {
  readonly header: Header;
  readonly merklePath: MerklePath;
  /** Its place among the transactions of the block. */
  readonly index: number;
}

/**
 * Verified proof that `txid` is mined: what ARC says of it is checked against the header of that block.
 * @returns undefined while it is not mined, or nobody says.
 */
export const proofOf = async (
  chain: Pick<Chain, 'status' | 'header'>,
  txid: TxId,
): Promise<Proof | undefined> => {
  const status = await chain.status(txid);
  if (!status.ok || status.value.merklePath === undefined) return undefined;
  const { merklePath } = status.value;
  const leaf = merklePath.path[0]?.find(({ hash }) => hash === txid);
  const header = await chain.header(merklePath.blockHeight);
  if (leaf === undefined || !header.ok) return undefined;
  if (merklePath.computeRoot(txid) !== header.value.merkleRoot) return undefined;
  return { header: header.value, merklePath, index: leaf.offset };
};
