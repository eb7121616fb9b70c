import { fromHex } from '../shared/hex.ts';
import type { Satoshi, TxId } from '../shared/units.ts';
import { concat, u32, u64, varInt } from './bytes.ts';

/** A channel's funding output: all that spending it takes, apart from keys. */
export interface ChannelOutput {
  readonly fundingTxid: TxId;
  readonly vout: number;
  /** The bytes of {@link channelLockingScript}. */
  readonly lockingScript: Uint8Array;
  /** Value of the output. */
  readonly capacity: Satoshi;
}

/** SINGLE|ANYONECANPAY|FORKID: binds this input and the output beside it, nothing else. */
export const UPDATE_SIGHASH = 0xc3;
/** ALL|FORKID: binds the whole transaction. */
export const WHOLE_SIGHASH = 0x41;

export const FINAL_SEQUENCE = 0xffffffff;
/** From 2 on, miners drop the rules that keep a transaction id from being changed by a third party. */
export const TX_VERSION = 1;

/** What a FORKID preimage commits to besides the output being spent (the layout of BIP-143). */
export interface PreimageFields {
  readonly hashPrevouts: Uint8Array;
  readonly hashSequence: Uint8Array;
  readonly sequence: number;
  readonly hashOutputs: Uint8Array;
  readonly lockTime: number;
  readonly sighash: number;
}

/** In place of a hash that a sighash type leaves out. */
export const NO_HASH = new Uint8Array(32);

/** Distance of hashOutputs from the end of every preimage: the hash, nLockTime, sighash type. */
export const HASH_OUTPUTS_FROM_END = 40;

/** 36 bytes: transaction id in wire order, output index. */
export const outpoint = ({ fundingTxid, vout }: ChannelOutput): Uint8Array =>
  concat(fromHex(fundingTxid).reverse(), u32(vout));

/** An output as it stands in a transaction. */
export const outputBytes = (value: number, script: Uint8Array): Uint8Array =>
  concat(u64(value), varInt(script.length), script);

/** The bytes whose double SHA-256 is signed. 388 for a 231-byte locking script. */
export const preimage = (output: ChannelOutput, fields: PreimageFields): Uint8Array =>
  concat(
    u32(TX_VERSION),
    fields.hashPrevouts,
    fields.hashSequence,
    outpoint(output),
    varInt(output.lockingScript.length),
    output.lockingScript,
    u64(output.capacity),
    u32(fields.sequence),
    fields.hashOutputs,
    u32(fields.lockTime),
    u32(fields.sighash),
  );
