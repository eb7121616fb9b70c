import {
  BLOCK_LENGTH,
  channelId,
  satoshi,
  satPerMiB,
  wireId,
  type ChannelId,
} from '../../shared/units.ts';
import type { Message, Pay, Resume } from '../messages.ts';
import { newPayee, type PayeeEvent, type PayeeState } from '../payee-state.ts';
import { payee } from '../payee.ts';
import { newPayer, roomIn, type PayerEvent, type PayerState } from '../payer-state.ts';
import { payer } from '../payer.ts';
import { WINDOW_MIN } from '../policy.ts';
import { addCost, ceilSat, costOf, ZERO_COST, type Cost } from '../pricing.ts';

/**
 * Payer and payee of one account over a transport that loses, repeats and reorders messages, with
 * wires that break and either side dying between writing down and sending. Signatures are letters of
 * the payer: a set of all states it has ever signed.
 */
export const PRICE = satPerMiB(1_000);
export const CAPACITY = satoshi(2_000);
const WIRE = wireId(1);
/** Titles that share the account, its channels and its only wire. */
export const TITLES = 3;

interface Disk {
  payer: Map<ChannelId, { paid: number; bytes: number }>;
  payerCost: Cost;
  payerBytes: number;
  payee: Map<ChannelId, { paid: number; bytes: number }>;
  payeeAccount: { cost: Cost; bytes: number; paid: number; forgiven: number };
}

export class World {
  payerState: PayerState = newPayer();
  payeeState: PayeeState = newPayee({
    cost: ZERO_COST,
    bytes: 0,
    paid: satoshi(0),
    forgiven: satoshi(0),
  });
  readonly disk: Disk = {
    payer: new Map(),
    payerCost: ZERO_COST,
    payerBytes: 0,
    payee: new Map(),
    payeeAccount: { cost: ZERO_COST, bytes: 0, paid: 0, forgiven: 0 },
  };
  readonly signed = new Set<string>();
  toPayee: Message[] = [];
  toPayer: Message[] = [];
  limit = 0;
  sessionCost = 0;
  largestWindow = 0;
  /** Received and not signed for, of each title; only in memory. */
  readonly dueOf = Array.from({ length: TITLES }, () => 0);
  /** Received in all. */
  arrived = 0;
  up = false;

  connect(): void {
    if (this.up) return;
    this.up = true;
    this.tellPayee({ type: 'bound', wire: WIRE, price: PRICE });
    this.tellPayee({ type: 'window', bytes: WINDOW_MIN });
    this.tellPayer({ type: 'bound', wire: WIRE });
  }

  cut(): void {
    if (!this.up) return;
    this.up = false;
    this.toPayee = [];
    this.toPayer = [];
    this.tellPayer({ type: 'unbound', wire: WIRE });
    this.tellPayee({ type: 'unbound', wire: WIRE });
    this.keepPayee();
  }

  open(): void {
    const cid = channelId((this.disk.payer.size + 1).toString(16).padStart(32, '0'));
    this.disk.payer.set(cid, { paid: 0, bytes: this.disk.payerBytes });
    this.admit(cid, 'offering');
  }

  private admit(cid: ChannelId, phase: 'offering' | 'resuming'): void {
    const { paid, bytes } = this.disk.payer.get(cid) ?? { paid: 0, bytes: 0 };
    const signature = Uint8Array.of(1);
    this.tellPayer({
      type: 'channel',
      channel: {
        cid,
        capacity: CAPACITY,
        phase,
        paid: satoshi(paid),
        bytes,
        signature,
        acked: satoshi(0),
        known: phase === 'resuming',
        credit: CAPACITY,
      },
    });
  }

  /** Of all titles. */
  get due(): number {
    return this.dueOf.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** The gate lets a block of a title through, and the wire delivers or loses it. */
  block(arrives: boolean, title = 0): void {
    const units = BLOCK_LENGTH * PRICE;
    if (!this.up || this.sessionCost + units > this.limit) return;
    this.sessionCost += units;
    this.tellPayee({ type: 'sent', bytes: BLOCK_LENGTH, cost: costOf(BLOCK_LENGTH, PRICE) });
    if (!arrives) return;
    this.dueOf[title] = (this.dueOf[title] ?? 0) + BLOCK_LENGTH;
    this.arrived += BLOCK_LENGTH;
  }

  /**
   * Signs for what is due and writes it down, of one title alone or (null) of all, at most `blocks` of
   * each; `sends` is false when the payer dies right then.
   */
  pay(sends: boolean, title: number | null = null, blocks = Infinity): void {
    const open = this.payerState.channels.find((one) => one.phase === 'open' && roomIn(one) > 0);
    if (open === undefined) return;
    const parts = this.dueOf.map((bytes, at) =>
      title === null || title === at ? Math.min(bytes, blocks * BLOCK_LENGTH) : 0,
    );
    let due = parts.reduce((sum, bytes) => sum + bytes, 0);
    const now = (): number =>
      ceilSat(addCost(this.disk.payerCost, due, PRICE)) - ceilSat(this.disk.payerCost);
    while (due > 0 && now() > roomIn(open)) due -= BLOCK_LENGTH;
    if (due <= 0 || now() === 0) return;
    const paid = satoshi(open.paid + now());
    this.disk.payerCost = addCost(this.disk.payerCost, due, PRICE);
    this.disk.payerBytes += due;
    let left = due;
    for (const [at, bytes] of parts.entries()) {
      const taken = Math.min(bytes, left);
      this.dueOf[at] = (this.dueOf[at] ?? 0) - taken;
      left -= taken;
    }
    const bytes = this.disk.payerBytes;
    this.disk.payer.set(open.cid, { paid, bytes });
    this.signed.add(`${open.cid}:${paid}`);
    const event = {
      type: 'signed',
      cid: open.cid,
      paid,
      bytes,
      signature: Uint8Array.of(1),
      // A payment for one title goes on its wire, which may be gone: then on another.
      ...(title === null ? {} : { on: wireId(1 + title) }),
    } as const;
    if (sends) this.tellPayer(event);
    else this.killPayer();
  }

  killPayer(): void {
    this.cut();
    this.dueOf.fill(0);
    this.payerState = newPayer();
    for (const cid of this.disk.payer.keys()) {
      this.admit(cid, this.disk.payee.has(cid) ? 'resuming' : 'offering');
    }
  }

  killPayee(): void {
    this.cut();
    const { cost, bytes, paid, forgiven } = this.disk.payeeAccount;
    this.payeeState = newPayee({ cost, bytes, paid: satoshi(paid), forgiven: satoshi(forgiven) });
    this.sessionCost = 0;
    this.limit = 0;
    for (const [cid, one] of this.disk.payee) {
      this.tellPayee({ type: 'accepted', cid, paid: satoshi(one.paid), cap: CAPACITY });
    }
  }

  /** Delivers message number `at` of a direction, and keeps it when it is to be repeated. */
  deliver(to: 'payer' | 'payee', at: number, again: boolean): void {
    const queue = to === 'payer' ? this.toPayer : this.toPayee;
    const message = queue[at % Math.max(1, queue.length)];
    if (message === undefined) return;
    if (!again) queue.splice(queue.indexOf(message), 1);
    if (to === 'payer') this.tellPayer({ type: 'message', wire: WIRE, message });
    else this.payeeHears(message);
  }

  /** Everything that is under way arrives, in order. */
  calm(): void {
    while (this.toPayee.length + this.toPayer.length > 0) {
      this.deliver('payee', 0, false);
      this.deliver('payer', 0, false);
    }
  }

  tellPayer(event: PayerEvent): void {
    const { state, effects } = payer(this.payerState, event);
    this.payerState = state;
    for (const effect of effects) {
      if (effect.type === 'send') this.toPayee.push(effect.message);
      else if (effect.type === 'offer') {
        const { cid } = effect;
        const paid = satoshi(this.disk.payer.get(cid)?.paid ?? 0);
        const signature = Uint8Array.of(1);
        this.toPayee.push({
          type: 'open',
          cid,
          termsId: 1,
          payerKey: new Uint8Array(33),
          refundAt: 2_000_000_000,
          capacity: CAPACITY,
          vout: 0,
          funding: new Uint8Array(60),
          paid,
          signature,
        });
      } else if (effect.type === 'prove') throw new Error('a payer never forgets what it signed');
    }
  }

  tellPayee(event: PayeeEvent): void {
    const { state, effects } = payee(this.payeeState, event);
    this.payeeState = state;
    this.largestWindow = Math.max(this.largestWindow, state.window);
    for (const effect of effects) {
      if (effect.type === 'limit') this.limit = effect.units;
      if (effect.type === 'credit') this.toPayer.push(effect);
    }
  }

  private keepPayee(): void {
    const { cost, bytes, paid, forgiven } = this.payeeState;
    this.disk.payeeAccount = { cost, bytes, paid, forgiven };
  }

  private take(state: Pick<Pay | Resume, 'cid' | 'paid' | 'bytes'>): void {
    const best = this.disk.payee.get(state.cid);
    if (best === undefined) return;
    if (state.paid > best.paid) {
      if (!this.signed.has(`${state.cid}:${state.paid}`)) throw new Error('a forged state');
      this.disk.payee.set(state.cid, { paid: state.paid, bytes: state.bytes });
    }
    this.tellPayee({ type: 'paid', cid: state.cid, paid: state.paid });
    this.keepPayee();
  }

  private payeeHears(message: Message): void {
    if (message.type === 'open') {
      const { cid, paid } = message;
      if (!this.disk.payee.has(cid)) {
        this.disk.payee.set(cid, { paid: 0, bytes: 0 });
        this.tellPayee({ type: 'accepted', cid, paid: satoshi(0), cap: CAPACITY });
        if (paid > 0) this.take({ cid, paid, bytes: 0 });
        this.tellPayee({ type: 'resumed' });
      }
      this.toPayer.push({ type: 'open_ok', cid, status: 'mined', credit: CAPACITY });
    } else if (message.type === 'pay') this.take(message);
    else if (message.type === 'resume') {
      this.take(message);
      this.tellPayee({ type: 'resumed' });
      const paid = satoshi(this.disk.payee.get(message.cid)?.paid ?? 0);
      this.toPayer.push({ type: 'credit', cid: message.cid, paid, window: this.payeeState.window });
    }
  }
}
