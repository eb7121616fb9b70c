import { LockingScript, Spend, Transaction, type TransactionInput } from '@bsv/sdk';

/** One row of `GET /devnet/txs`. */
interface AuditRow {
  readonly txid: string;
  readonly rawTx: string;
  readonly inputs: readonly { readonly satoshis: number; readonly lockingScript: string }[];
  readonly status: string;
  readonly blockHeight: number | null;
}

export interface AuditedTx {
  readonly txid: string;
  readonly tx: Transaction;
  readonly inputs: AuditRow['inputs'];
  readonly status: string;
  readonly fee: number;
}

/** What the chain says, checked independently of the ledger that keeps it. */
export interface ChainAudit {
  readonly txs: readonly AuditedTx[];
  readonly byId: ReadonlyMap<string, AuditedTx>;
  /** Satoshi of all coinbases, of all unspent outputs, and of all fees. */
  readonly issued: number;
  readonly unspent: number;
  readonly fees: number;
}

const outputSum = (tx: Transaction): number =>
  tx.outputs.reduce((sum, output) => sum + (output.satoshis ?? 0), 0);

const outpoint = (input: TransactionInput): string => {
  const txid = input.sourceTXID ?? input.sourceTransaction?.id('hex');
  if (txid === undefined) throw new Error('An input names no transaction.');
  return `${txid}.${input.sourceOutputIndex}`;
};

/** @throws Error when a script of the transaction does not hold. */
const checkScripts = (row: AuditRow, tx: Transaction): void => {
  tx.inputs.forEach((input, index) => {
    const source = row.inputs[index];
    if (source === undefined || input.unlockingScript === undefined) {
      throw new Error(`${row.txid}: input ${index} is incomplete`);
    }
    const [sourceTXID = ''] = outpoint(input).split('.');
    const spend = new Spend({
      sourceTXID,
      sourceOutputIndex: input.sourceOutputIndex,
      sourceSatoshis: source.satoshis,
      lockingScript: LockingScript.fromHex(source.lockingScript),
      transactionVersion: tx.version,
      otherInputs: tx.inputs.filter((_, other) => other !== index),
      outputs: tx.outputs,
      inputIndex: index,
      unlockingScript: input.unlockingScript,
      inputSequence: input.sequence ?? 0xffffffff,
      lockTime: tx.lockTime,
    });
    if (!spend.validate()) throw new Error(`${row.txid}: input ${index} does not unlock`);
  });
};

/**
 * Reads every transaction of the devnet and checks it: scripts, amounts, fee rate of at least
 * 100 sat/kB, no output spent twice, and that no satoshi appears or vanishes.
 * @throws Error at the first rule that does not hold.
 */
export const auditChain = async (devnetUrl: string): Promise<ChainAudit> => {
  const rows = (await (await fetch(`${devnetUrl}/txs`)).json()) as AuditRow[];
  const outputs = new Map<string, number>();
  const spent = new Set<string>();
  const txs: AuditedTx[] = [];
  let issued = 0;
  let fees = 0;
  for (const row of rows) {
    const tx = Transaction.fromHex(row.rawTx);
    if (tx.id('hex') !== row.txid) throw new Error(`${row.txid} is not the id of its transaction`);
    const out = outputSum(tx);
    let fee = 0;
    if (row.inputs.length === 0) {
      issued += out;
    } else {
      checkScripts(row, tx);
      let paidIn = 0;
      tx.inputs.forEach((input, index) => {
        const point = outpoint(input);
        const value = outputs.get(point);
        if (value === undefined) throw new Error(`${row.txid} spends unknown ${point}`);
        if (spent.has(point)) throw new Error(`${point} is spent twice`);
        if (value !== row.inputs[index]?.satoshis) throw new Error(`${point}: wrong amount`);
        spent.add(point);
        paidIn += value;
      });
      fee = paidIn - out;
      const size = row.rawTx.length / 2;
      if (fee < Math.ceil((size * 100) / 1000)) {
        throw new Error(`${row.txid} pays ${fee} sat for ${size} bytes`);
      }
      fees += fee;
    }
    tx.outputs.forEach((output, vout) => outputs.set(`${row.txid}.${vout}`, output.satoshis ?? 0));
    txs.push({ txid: row.txid, tx, inputs: row.inputs, status: row.status, fee });
  }
  let unspent = 0;
  for (const [point, value] of outputs) if (!spent.has(point)) unspent += value;
  return { txs, byId: new Map(txs.map((tx) => [tx.txid, tx])), issued, unspent, fees };
};
