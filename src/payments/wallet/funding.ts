import type { Chain } from '../../network/port.ts';
import { toHex } from '../../shared/hex.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { satoshi, txId } from '../../shared/units.ts';
import { reviewOf, walletFailure } from './failures.ts';
import type { ChannelOutputView, FundedChannels, FundingRequest } from './port.ts';
import { openingOf } from './purpose.ts';
import { releaseSpentCoins } from './spent-coins.ts';
import { REAL, type Toolbox } from './toolbox.ts';

/** Basket of the channel outputs; a wallet backup finds them by it. */
export const CHANNEL_BASKET = 'stream channels';
/** A hundred channels make a transaction of 26 kB; more are opened by the next one. */
export const MAX_FUNDED = 100;
const MAX_INSTRUCTIONS = 2_000;

const checked = (requests: readonly FundingRequest[]): Result<void> => {
  if (requests.length === 0 || requests.length > MAX_FUNDED) {
    return fail('bad-input', `One transaction opens 1 to ${MAX_FUNDED} channels.`);
  }
  const fits = requests.every(
    ({ capacity, instructions, lockingScript }) =>
      capacity > 0 && instructions.length <= MAX_INSTRUCTIONS && lockingScript.length > 0,
  );
  return fits ? ok(undefined) : fail('bad-input', 'A channel needs a script and a capacity.');
};

type Funded = Result<FundedChannels>;

/** Reads what the toolbox throws after it has stored a transaction that it could not send. */
const refused = async (
  toolbox: Toolbox,
  chain: Chain,
  thrown: unknown,
  vouts: number[],
): Promise<Funded> => {
  const review = reviewOf(thrown);
  if (review === undefined) return { ok: false, error: walletFailure(thrown) };
  if (review.status === 'serviceError' && review.tx !== undefined) {
    return ok({ txid: txId(review.txid), beef: Uint8Array.from(review.tx), vouts, sent: false });
  }
  // Coins that turned out to be spent elsewhere must not be picked again.
  if (review.status === 'doubleSpend') await releaseSpentCoins(toolbox, chain);
  const refusal = toolbox.services.refusalOf(review.txid);
  return refusal === undefined
    ? fail('rejected', 'The network refused the funding transaction.')
    : { ok: false, error: refusal };
};

const fundOnce = async (
  toolbox: Toolbox,
  chain: Chain,
  requests: readonly FundingRequest[],
): Promise<Funded> => {
  toolbox.setFeeRate(await chain.feeRate());
  // A transaction that surely goes nowhere for now would only hold its coins.
  const arc = chain.health().find(({ service }) => service === 'arc');
  if (arc?.state === 'open') return fail('network', `${arc.name} does not answer.`);
  const vouts = requests.map((_, index) => index);
  try {
    const { txid, tx } = await toolbox.wallet.createAction({
      description: openingOf(requests.length),
      outputs: requests.map(({ lockingScript, capacity, instructions }) => ({
        lockingScript: toHex(lockingScript),
        satoshis: capacity,
        outputDescription: 'payment channel',
        basket: CHANNEL_BASKET,
        customInstructions: instructions,
      })),
      options: { acceptDelayedBroadcast: false, randomizeOutputs: false },
    });
    if (txid === undefined || tx === undefined) {
      return fail('internal', 'The wallet made no transaction.');
    }
    return ok({ txid: txId(txid), beef: Uint8Array.from(tx), vouts, sent: true });
  } catch (error) {
    return refused(toolbox, chain, error, vouts);
  }
};

/**
 * One signed transaction with all these outputs first, in their order: stored, then broadcast. A
 * broadcast that nobody answered leaves it stored (`sent: false`): it may have arrived, so its coins
 * are not free again, and the wallet's upkeep sends it on. A refused one frees its coins.
 */
export const fundChannels = async (
  toolbox: Toolbox,
  chain: Chain,
  requests: readonly FundingRequest[],
): Promise<Funded> => {
  const fit = checked(requests);
  if (!fit.ok) return fit;
  const funded = await fundOnce(toolbox, chain, requests);
  // The floor has moved since the policy was read; the refusal made the next reading a fresh one.
  const tooLow = !funded.ok && funded.error.code === 'fee-too-low';
  return tooLow ? fundOnce(toolbox, chain, requests) : funded;
};

/** Channel outputs that are not relinquished. */
export const listChannelOutputs = async ({
  storage,
  userId,
}: Toolbox): Promise<Result<readonly ChannelOutputView[]>> => {
  const [basket] = await storage.findOutputBaskets({ partial: { userId, name: CHANNEL_BASKET } });
  if (basket?.basketId === undefined) return ok([]);
  const outputs = await storage.findOutputs({
    partial: { userId, basketId: basket.basketId, spendable: true },
    txStatus: [...REAL],
    noScript: true,
  });
  const found = outputs.flatMap(({ txid, vout, satoshis, customInstructions = '' }) =>
    txid === undefined
      ? []
      : [{ txid: txId(txid), vout, satoshis: satoshi(satoshis), instructions: customInstructions }],
  );
  return ok(found);
};
