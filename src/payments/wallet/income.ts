import { Beef, Utils } from '@bsv/sdk';
import type { Chain, Utxo } from '../../network/port.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { isBeef } from '../../shared/transaction-bytes.ts';
import { satoshi, txId, type Satoshi, type TxId } from '../../shared/units.ts';
import { reviewOf, walletFailure } from './failures.ts';
import { ownScript, prefixOf } from './own-scripts.ts';
import type { NodeKeys, OwnOutput, OwnScript } from './port.ts';
import { reviveNow } from './revival.ts';
import { incomeOf, type IncomePurpose } from './purpose.ts';
import { REAL, type Toolbox } from './toolbox.ts';

/** Addresses that were paid before and are looked at again: people reuse what they copied. */
const LOOK_BACK = 3;
/** Addresses beyond the next one that are looked at, for wallets rebuilt from their key alone. */
const LOOK_AHEAD = 2;

/**
 * Takes outputs of ours in `beef`'s subject into the balance. The transaction is sent first, so
 * that what the network refuses leaves no trace in the wallet, and a missing answer can be retried.
 */
export const internalize = async (
  toolbox: Toolbox,
  chain: Chain,
  keys: NodeKeys,
  args: {
    readonly beef: Uint8Array;
    readonly outputs: readonly OwnOutput[];
    readonly purpose: IncomePurpose;
  },
): Promise<Result<TxId>> => {
  const { wallet, services } = toolbox;
  let beef: Beef;
  try {
    if (!isBeef(args.beef)) return fail('bad-input', 'The payment is not a BEEF.');
    beef = Beef.fromBinary(args.beef);
  } catch {
    return fail('bad-input', 'The payment is not a BEEF.');
  }
  const id = beef.atomicTxid;
  const tx = id === undefined ? undefined : beef.findAtomicTransaction(id);
  if (id === undefined || tx === undefined) {
    return fail('bad-input', 'The payment names no transaction.');
  }
  const txid = txId(id);
  try {
    if (!(await beef.verify(chain.tracker))) {
      return fail('bad-input', 'The payment does not prove where its coins come from.');
    }
    if (beef.findBump(id) === undefined) {
      const sent = await chain.broadcast(tx);
      if (!sent.ok) return sent;
      services.noteAccepted(txid);
    }
    await reviveNow(toolbox, txid);
    await wallet.internalizeAction({
      tx: [...args.beef],
      description: incomeOf(args.purpose),
      outputs: args.outputs.map(({ vout, derivationPrefix, derivationSuffix }) => ({
        outputIndex: vout,
        protocol: 'wallet payment',
        paymentRemittance: {
          derivationPrefix,
          derivationSuffix,
          senderIdentityKey: keys.identity,
        },
      })),
    });
    return ok(txid);
  } catch (error) {
    const refusal = reviewOf(error) === undefined ? undefined : services.refusalOf(txid);
    return { ok: false, error: refusal ?? walletFailure(error) };
  }
};

const indexName = (index: number): Uint8Array => new TextEncoder().encode(String(index));

/** Our receiving script number `index`. */
const receiveScript = (keys: NodeKeys, index: number): OwnScript =>
  ownScript(keys.keyDeriver, { kind: 'receive', name: indexName(index) });

/** The first receiving script that nobody has paid yet: the wallet's own outputs tell. */
const nextIndex = async ({ storage, userId }: Toolbox): Promise<number> => {
  const outputs = await storage.findOutputs({
    partial: { userId, derivationPrefix: prefixOf('receive') },
    noScript: true,
  });
  const used = outputs.map(({ derivationSuffix = '' }) => Number(atob(derivationSuffix)));
  return Math.max(-1, ...used.filter(Number.isSafeInteger)) + 1;
};

/** A script to be paid to, always the same until it is paid. */
export const nextReceiveScript = async (toolbox: Toolbox, keys: NodeKeys): Promise<OwnScript> =>
  receiveScript(keys, await nextIndex(toolbox));

/** The address that stands for a P2PKH script of ours. */
export const addressOf = ({ lockingScript }: OwnScript, network: string): string =>
  // OP_DUP OP_HASH160 <20 bytes> OP_EQUALVERIFY OP_CHECKSIG
  Utils.toBase58Check([...lockingScript.subarray(3, 23)], [network === 'main' ? 0x00 : 0x6f]);

/**
 * Finds payments to our receiving scripts on the chain and takes them in. Each script costs a
 * request, so only a `thorough` look goes beyond the last address that was paid and the next one.
 */
export const scan = async (
  toolbox: Toolbox,
  chain: Chain,
  keys: NodeKeys,
  thorough: boolean,
): Promise<Result<{ readonly received: Satoshi }>> => {
  const { storage, userId } = toolbox;
  let received = 0;
  let failed: Result<never> | null = null;

  /** What the network refused once, and shows now after all, is not known. */
  const isKnown = async ({ txid, vout }: Utxo): Promise<boolean> => {
    const partial = { userId, txid, vout };
    const found = await storage.findOutputs({ partial, txStatus: [...REAL], noScript: true });
    return found.length > 0;
  };

  const take = async (script: OwnScript, utxo: Utxo): Promise<Result<void>> => {
    if (await isKnown(utxo)) return ok(undefined);
    const beef = await chain.beef(utxo.txid);
    if (!beef.ok) return beef;
    const { derivationPrefix, derivationSuffix } = script;
    const taken = await internalize(toolbox, chain, keys, {
      beef: beef.value,
      outputs: [{ vout: utxo.vout, derivationPrefix, derivationSuffix }],
      purpose: 'received',
    });
    if (!taken.ok) return taken;
    received += utxo.satoshis;
    return ok(undefined);
  };

  try {
    let next = await nextIndex(toolbox);
    const back = thorough ? LOOK_BACK : 1;
    const ahead = thorough ? LOOK_AHEAD : 0;
    for (let index = Math.max(0, next - back); index <= next + ahead; index += 1) {
      const script = receiveScript(keys, index);
      const utxos = await chain.utxos(script.lockingScript);
      if (!utxos.ok) return utxos;
      for (const utxo of utxos.value) {
        const taken = await take(script, utxo);
        // Whoever pays us something that cannot be taken in must not hold up what others pay.
        if (!taken.ok) failed = taken;
      }
      if (utxos.value.length > 0) next = Math.max(next, index + 1);
    }
    return failed !== null && received === 0 ? failed : ok({ received: satoshi(received) });
  } catch (error) {
    return { ok: false, error: walletFailure(error) };
  }
};
