import {
  byteReader,
  concatBytes,
  displayOf,
  hash256,
  hashBytes,
  hexOf,
  u32,
  u64,
  varInt,
  type ByteReader,
} from './bytes.ts';

export interface TxInput {
  /** Display order. */
  readonly txid: string;
  readonly vout: number;
  readonly script: Uint8Array;
  readonly sequence: number;
}

export interface TxOutput {
  readonly satoshis: number;
  readonly script: Uint8Array;
}

export interface TxBody {
  readonly version: number;
  readonly inputs: readonly TxInput[];
  readonly outputs: readonly TxOutput[];
  readonly lockTime: number;
}

export interface Tx extends TxBody {
  readonly txid: string;
  /** The plain encoding, also when the transaction came in extended format. */
  readonly raw: Uint8Array;
  /** What an extended format (BRC-30) claims about the outputs being spent. */
  readonly claimed?: readonly TxOutput[];
}

/** Name of one output. */
export const outpoint = (txid: string, vout: number): string => `${txid}:${vout}`;

/** Highest sequence number: an input that carries it does not care about lock time. */
export const FINAL_SEQUENCE = 0xffffffff;
/** The null outpoint that only a coinbase may spend. */
export const NULL_TXID = '0'.repeat(64);

export const isCoinbase = (tx: TxBody): boolean =>
  tx.inputs.length === 1 && tx.inputs[0]?.txid === NULL_TXID && tx.inputs[0].vout === 0xffffffff;

/** Version 4 bytes, then this: no transaction has zero inputs, so the marker is unmistakable (BRC-30). */
const EF_MARKER = '0000000000ef';

const encodeInput = (input: TxInput): Uint8Array =>
  concatBytes([
    hashBytes(input.txid),
    u32(input.vout),
    varInt(input.script.length),
    input.script,
    u32(input.sequence),
  ]);

const encodeOutput = (output: TxOutput): Uint8Array =>
  concatBytes([u64(output.satoshis), varInt(output.script.length), output.script]);

/** Plain encoding and id of a transaction made here. */
export const encodeTx = (body: TxBody): Tx => {
  const raw = concatBytes([
    u32(body.version),
    varInt(body.inputs.length),
    ...body.inputs.map(encodeInput),
    varInt(body.outputs.length),
    ...body.outputs.map(encodeOutput),
    u32(body.lockTime),
  ]);
  return { ...body, raw, txid: displayOf(hash256(raw)) };
};

const readScript = (reader: ByteReader): Uint8Array =>
  Uint8Array.from(reader.take(reader.varInt()));

const readOutput = (reader: ByteReader): TxOutput => {
  const satoshis = reader.u64();
  return { satoshis, script: readScript(reader) };
};

const readInput = (reader: ByteReader): TxInput => {
  const txid = displayOf(reader.take(32));
  const vout = reader.u32();
  const script = readScript(reader);
  return { txid, vout, script, sequence: reader.u32() };
};

/**
 * Reads one transaction, plain or in extended format (BRC-30).
 * @throws RangeError when the bytes are not a transaction.
 */
export const readTx = (reader: ByteReader): Tx => {
  const start = reader.offset;
  const version = reader.u32();
  const extended = hexOf(reader.peek(6)) === EF_MARKER;
  if (extended) reader.take(6);
  const claimed: TxOutput[] = [];
  const inputs = Array.from({ length: reader.count(41) }, () => {
    const input = readInput(reader);
    if (extended) claimed.push(readOutput(reader));
    return input;
  });
  const tail = reader.offset;
  const outputs = Array.from({ length: reader.count(9) }, () => readOutput(reader));
  const lockTime = reader.u32();
  // The tail is copied, not encoded again: the id covers the bytes as they were sent.
  const raw = extended
    ? concatBytes([
        u32(version),
        varInt(inputs.length),
        ...inputs.map(encodeInput),
        reader.slice(tail),
      ])
    : Uint8Array.from(reader.slice(start));
  const tx = { version, inputs, outputs, lockTime, raw, txid: displayOf(hash256(raw)) };
  return extended ? { ...tx, claimed } : tx;
};

/** @throws RangeError unless `data` is exactly one transaction. */
export const decodeTx = (data: Uint8Array): Tx => {
  const reader = byteReader(data);
  const tx = readTx(reader);
  if (reader.left !== 0) throw new RangeError('bytes follow the transaction');
  return tx;
};
