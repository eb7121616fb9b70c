import { describe, expect, it } from 'vitest';
import { channelId, satoshi, wireId } from '../shared/units.ts';
import type { Message } from './messages.ts';
import { newPayer, roomIn, roomOf, type PayerChannel, type PayerEvent } from './payer-state.ts';
import { payer } from './payer.ts';

const cid = channelId('11'.repeat(16));
const other = channelId('22'.repeat(16));
const wire = wireId(7);
const signature = Uint8Array.of(1, 2, 3);

const channel = (part: Partial<PayerChannel> = {}): PayerChannel => ({
  cid,
  capacity: satoshi(1_000),
  phase: 'offering',
  paid: satoshi(0),
  bytes: 0,
  signature: new Uint8Array(0),
  acked: satoshi(0),
  known: false,
  credit: satoshi(1_000),
  ...part,
});

/** Runs events and gives the last state with the effects of the last event. */
const run = (...events: PayerEvent[]) => {
  let step = { state: newPayer(), effects: [] as ReturnType<typeof payer>['effects'] };
  for (const event of events) step = { ...payer(step.state, event) };
  return step;
};

const hears = (message: Message): PayerEvent => ({ type: 'message', wire, message });
const bound: PayerEvent = { type: 'bound', wire };
const fresh: PayerEvent = { type: 'channel', channel: channel() };
const accepted = hears({ type: 'open_ok', cid, status: 'mined', credit: satoshi(1_000) });
const signed: PayerEvent = { type: 'signed', cid, paid: satoshi(10), bytes: 99, signature };

describe('a payer', () => {
  it('shows a new channel at once, or when the payee comes', () => {
    expect(run(bound, fresh).effects).toEqual([{ type: 'offer', wire, cid }]);
    expect(run(fresh, bound).effects).toEqual([{ type: 'offer', wire, cid }]);
  });

  it('says a payment on the wire that it is meant for, while that is there', () => {
    const other = wireId(wire + 1);
    const aside: PayerEvent = { type: 'bound', wire: other };
    const meant = { ...signed, on: other };
    expect(run(bound, aside, fresh, accepted, meant).effects).toMatchObject([{ wire: other }]);
    expect(run(bound, fresh, accepted, meant).effects).toMatchObject([{ wire }]);
  });

  it('says again what may have ended with one of its wires', () => {
    const other = wireId(wire + 1);
    const aside: PayerEvent = { type: 'bound', wire: other };
    const gone: PayerEvent = { type: 'unbound', wire };
    expect(run(bound, aside, fresh, gone).effects).toEqual([{ type: 'offer', wire: other, cid }]);
    const pay = { type: 'pay', cid, paid: 10, bytes: 99, signature };
    expect(run(bound, aside, fresh, accepted, signed, gone).effects).toEqual([
      { type: 'send', wire: other, message: pay },
    ]);
    const heard = hears({ type: 'credit', cid, paid: satoshi(10), window: 1 });
    expect(run(bound, aside, fresh, accepted, signed, heard, gone).effects).toEqual([]);
    expect(run(bound, fresh, aside, gone, gone).effects).toEqual([]);
    const known: PayerEvent = {
      type: 'channel',
      channel: channel({ phase: 'resuming', known: true }),
    };
    expect(run(bound, known, aside, gone).effects).toMatchObject([
      { wire: other, message: { type: 'resume', cid } },
    ]);
  });

  it('pays once the payee has taken the channel', () => {
    expect(run(bound, fresh, signed).effects).toEqual([]);
    const { effects } = run(bound, fresh, accepted, signed);
    const pay = { type: 'pay', cid, paid: 10, bytes: 99, signature };
    expect(effects).toEqual([{ type: 'send', wire, message: pay }]);
  });

  it('never goes back to a lesser state', () => {
    const { state, effects } = run(bound, fresh, accepted, signed, {
      ...signed,
      paid: satoshi(10),
    });
    expect(effects).toEqual([]);
    expect(state.channels[0]?.paid).toBe(10);
  });

  it('resumes what the payee knows after its last wire, and offers what it does not', () => {
    const gone: PayerEvent = { type: 'unbound', wire };
    const resume = { type: 'resume', cid, paid: 10, bytes: 99, signature };
    const { effects } = run(bound, fresh, accepted, signed, gone, bound);
    expect(effects).toEqual([{ type: 'send', wire, message: resume }]);
    const unknown = hears({ type: 'error', code: 'unknown-channel', cid, detail: '' });
    expect(run(bound, fresh, accepted, gone, bound, unknown).effects).toEqual([
      { type: 'offer', wire, cid },
    ]);
  });

  it('does not introduce channels again on a second wire', () => {
    expect(run(bound, fresh, { type: 'bound', wire: wireId(8) }).effects).toEqual([]);
  });

  it('asks for proof of a better state and takes it over when it is proved', () => {
    const better = { type: 'resume', cid, paid: satoshi(30), bytes: 200, signature } as const;
    const known: PayerEvent = { type: 'channel', channel: channel({ phase: 'resuming' }) };
    const { effects } = run(bound, known, hears(better));
    expect(effects).toEqual([{ type: 'prove', resume: better }]);
    const adopted = { ...signed, type: 'adopted', paid: satoshi(30) } as const;
    const { state } = run(bound, known, hears(better), adopted);
    expect(state.channels[0]).toMatchObject({ paid: 30, acked: 30, phase: 'open' });
  });

  it('believes an acknowledgement only as far as it has paid', () => {
    const credit = hears({ type: 'credit', cid, paid: satoshi(500), window: 1_000 });
    const { state } = run(bound, fresh, accepted, signed, credit);
    expect(state.channels[0]?.acked).toBe(10);
    expect(state.window).toBe(1_000);
  });

  it('counts what is not mined only up to the credit that it gets', () => {
    const capped = hears({ type: 'open_ok', cid, status: 'seen', credit: satoshi(300) });
    const { state } = run(bound, fresh, capped, signed);
    expect(state.channels.map(roomIn)).toEqual([290]);
    const { state: later, effects } = run(bound, fresh, capped, signed, accepted);
    expect(effects).toEqual([{ type: 'payable' }]);
    expect(roomOf(later)).toBe(989);
  });

  it('sends the last state before it closes, and nothing is paid from then on', () => {
    const seal: PayerEvent = { type: 'seal', cid };
    const late = { ...signed, paid: satoshi(20) };
    expect(run(bound, fresh, accepted, signed, seal, late).effects).toHaveLength(1);
    const { state, effects } = run(bound, fresh, accepted, seal, late, { type: 'close', cid });
    expect(effects).toEqual([{ type: 'send', wire, message: { type: 'close', cid, paid: 20 } }]);
    expect(roomOf(state)).toBe(0);
  });

  it('closes when it is asked to, and says its last word again when it already has', () => {
    const asked = hears({ type: 'close', cid, paid: satoshi(10) });
    expect(run(bound, fresh, accepted, asked).effects).toEqual([{ type: 'asked-to-close', cid }]);
    expect(run(bound, fresh, accepted, { type: 'seal', cid }, asked).effects).toEqual([
      { type: 'send', wire, message: { type: 'close', cid, paid: 0 } },
    ]);
  });

  it('goes on with a channel that is not worth settling', () => {
    const no = hears({ type: 'error', code: 'not-settled', cid, detail: 'Too little.' });
    const { effects } = run(bound, fresh, accepted, { type: 'seal', cid }, no);
    expect(effects).toEqual([{ type: 'not-settled', cid, reason: 'Too little.' }]);
    expect(run(bound, fresh, accepted, no).effects).toEqual([]);
  });

  it('offers a refused channel again when it is told to', () => {
    const no = hears({ type: 'open_no', cid, code: 'funding-unseen', detail: 'later' });
    expect(run(bound, fresh, no).state.channels[0]?.phase).toBe('refused');
    expect(run(bound, fresh, no, { type: 'reoffer', cid }).effects).toEqual([
      { type: 'offer', wire, cid },
    ]);
    expect(run(bound, fresh, accepted, no).state.channels[0]?.phase).toBe('open');
  });

  it('ignores everything about channels that are not of this account', () => {
    const messages: Message[] = [
      { type: 'open_ok', cid: other, status: 'mined', credit: satoshi(5) },
      { type: 'open_no', cid: other, code: 'internal', detail: '' },
      { type: 'credit', cid: other, paid: satoshi(5), window: 9 },
      { type: 'resume', cid: other, paid: satoshi(5), bytes: 5, signature },
      { type: 'close', cid: other, paid: satoshi(5) },
      { type: 'closed', cid: other, rawTx: new Uint8Array(60) },
      { type: 'error', code: 'channel-closed', cid: other, detail: '' },
      { type: 'error', code: 'internal', cid: null, detail: '' },
    ];
    const before = run(bound, fresh, accepted).state;
    for (const message of messages) {
      expect(payer(before, hears(message))).toEqual({ state: before, effects: [] });
    }
  });
});
