import { MAX_MESSAGE_BYTES } from '../protocol/limits.ts';
import { BLOCK_LENGTH } from '../shared/units.ts';

/** Bounds and tunings of the engine, each with its reason. */

/** Requests that a peer may have in flight with us (BEP-10 `reqq`): 8 MiB cover 100 MB/s at 80 ms. */
export const REQUESTS_IN_FLIGHT = 512;
/** What all peers are taken to send, bytes/s, until they are measured: one is asked for 10 to 18 blocks at first. */
export const FIRST_SPEED = 256 * 1024;
/** Measuring takes as long. */
export const FIRST_SECOND_MS = 1_000;
/** Above `reqq` for peers that do not read it; what comes beyond is rejected. */
export const MAX_QUEUED_REQUESTS = 2 * REQUESTS_IN_FLIGHT;
/** Longest block that is served: BEP-3 clients close connections that ask for more. */
export const MAX_BLOCK_LENGTH = 128 * 1024;
/** Requests of ours that are remembered for a wire; the library asks for far fewer. */
export const MAX_ASKED = 8_192;
/** A block that we cancelled may still come for this long and is then paid: it was in flight. */
export const LATE_BLOCK_MS = 30_000;
/** Blocks that nobody asked for: a few come from races, more are a flood. */
export const MAX_UNSOLICITED = 256;

/** Refusals without a block between them, of a peer that says it is open: it only wastes our time. */
export const MAX_REFUSALS = 2_048;

/** Longest message of a peer: a block, a bitfield of 2^20 pieces, or a `bsv_pay` message, and its header. */
export const MAX_WIRE_MESSAGE = Math.max(MAX_BLOCK_LENGTH, MAX_MESSAGE_BYTES) + 1024;

/** What one request for metadata brings (BEP-9). */
export const METADATA_PIECE = 16 * 1024;
/** A peer gets a torrent's metadata so many times over at once, and then so many pieces of it a second. */
export const METADATA_TIMES = 2;
export const METADATA_PER_SECOND = 4;
/** Extended handshakes of one peer: some clients send another when their state changes. */
export const MAX_HANDSHAKES = 32;

/** One data-channel message: the largest that all browsers take; larger ones are no faster. */
export const MAX_SEND = 256 * 1024;
/** Messages up to this long are sent together with the others of their turn. */
export const MAX_GATHERED = 4 * 1024;
/** News of a piece waits so long for company: a fraction of what a peer needs to fetch the piece from us. */
export const HAVE_HOLD_MS = 100;
/** Least and most that waits in a data channel: below it a task of the page idles the link, above it cancels come late. */
export const MIN_BACKLOG = 64 * 1024;
export const MAX_BACKLOG = 1024 * 1024;
/** The same before the speed of a link is known. */
export const FIRST_BACKLOG = 256 * 1024;
/** What a link sends in this time may wait in its channel. */
export const BACKLOG_SECONDS = 0.1;

/** What a speed limit lets through at once after a pause: hidden pages get one timer a second. */
export const LIMIT_BURST_SECONDS = 1;
/** Length of one turn at a limited line: short, so that peers and torrents share it evenly. */
export const LIMIT_TURN_SECONDS = 0.05;

/** A request that is not answered for this long ends the wire. A paid peer chokes or answers far sooner. */
export const REQUEST_TIMEOUT_MS = 60_000;
/**
 * A peer that announced BEP-10 but sends no extended handshake for this long is taken for one without
 * `bsv_pay`, for as long as the wire lasts. All peers that announce it send it at once, but on a machine that
 * meets twenty of them it came after more than three seconds.
 */
export const HANDSHAKE_WAIT_MS = 60_000;
/** A peer that floods us is heard no more, and closed after this if the worker has not done so. */
export const SILENCED_MS = 1_000;
/** Peers of one address that are banned before the address is: several people may share one. */
export const BANS_PER_ADDRESS = 3;
/** Bytes of failed pieces that are kept as evidence until the piece comes good. */
export const MAX_EVIDENCE = 16 * 1024 * 1024;
/** A suspect piece is fetched from one peer alone; after this long another may try. */
export const SOLE_SOURCE_MS = 15_000;

/** Pieces that a player waits for may be taken over from slow peers: this much from the place it reads. */
export const CRITICAL_BYTES = 2 * 1024 * 1024;
/** Of a film whose first picture is not shown yet, this much is fetched from each place that its player reads, */
export const OPENING_BYTES = 512 * 1024;
/** and this share of its length: the index at its front or end (`moov`) takes 0.1 to 0.2 % of a long film. */
export const OPENING_SHARE = 1 / 400;
/** A first picture that is not there after this long is not waited for. */
export const OPENING_MS = 3_000;
/** Blocks that came after their request was withdrawn, for each torrent: as much as may be on its way. */
export const MAX_SPARE = 16 * 1024 * 1024;
/** A player's wait is looked after this often: a fraction of what it has buffered. */
export const HURRY_MS = 250;
/** An urgent request that is out for this long may be asked of a quicker peer: several round trips. */
export const LATE_REQUEST_MS = 1_000;
/** A peer that was too slow with a piece is not asked for it again for this long. */
export const SLOW_PEER_MS = 10_000;
/** Sellers that even the shortest title is bought from: one may fail, and another be slow. */
export const MIN_PARTNERS = 4;
/** A seller that was not asked for this long, because it has nothing or is stuck, makes room for another. */
export const PARTNER_IDLE_MS = 20_000;
/** What is fetched ahead of a reader in order, 30 s at 8 Mbit/s: more only of files that are selected. */
export const READ_AHEAD = 30 * 1024 * 1024;
/** The rarest pieces are looked for this often: reading the peers' bitfields is O(pieces × peers). */
export const RAREST_MS = 1_000;
/** Bits of them that are read each time, some 10 ms of a page. */
export const MAX_COUNTED_BITS = 1 << 22;
/** How much is put in that order each time: more than comes until the next. */
export const RAREST_BYTES = 32 * 1024 * 1024;
/** Each plan walks all of them for each wire; but each peer should find one that it has. */
export const RAREST_MAX_PIECES = 128;
export const RAREST_MIN_PIECES = 16;
/** A reader that has not asked for this long is gone. */
export const READER_IDLE_MS = 20_000;
/** Readers of one torrent that have a place each: more wait until what they need comes by itself. */
export const MAX_READERS = 32;
/** Outstanding requests kept on each wire when a player jumps: the peer is sending those already. */
export const KEPT_ON_SEEK = 8;

/** Snapshots are built at most four times a second; who draws them has a pace of its own. */
export const VIEW_INTERVAL_MS = 250;
/** The worker hears of blocks no more often than this: one message, not one for each block. */
export const REPORT_MS = 12;
/** Requests are planned at most this often; each plan walks all wires. */
export const PLAN_MS = 8;

/** Peers of one title that are looked for; more may come by themselves. */
export const ENOUGH_PEERS = 12;

/**
 * A peer that is owed something is looked for after this long, and then so many times later each time
 * up to the last: a tracker hands out whom it likes, so that one of twenty is met after some tries.
 */
export const SEEK_FIRST_MS = 2_000;
export const SEEK_GROWTH = 1.1;
export const SEEK_LAST_MS = 120_000;

/** How often a tracker may want to hear of us, whatever it says: each announce may cost connections. */
export const MIN_ANNOUNCE_MS = 15_000;
export const MAX_ANNOUNCE_MS = 60 * 60_000;
/** Where it says nothing of use: what the library takes too. */
export const ANNOUNCE_MS = 30_000;

/** A title that lacks a peer who has everything looks for one so often at first, and so many times. */
export const MEET_LOOK_MS = 500;
export const MEET_MS = 1_000;
export const MEET_TIMES = 5;

/** Offers of peers that are answered: a swarm of a hundred meets at once, and a page may have 500 connections. */
export const OFFERS_AT_ONCE = 200;
export const OFFERS_PER_SECOND = 20;

/** Trackers are tried again after this long, doubled by each failure up to the second figure. */
export const TRACKER_RETRY_MS = 5_000;
export const TRACKER_RETRY_MAX_MS = 300_000;
/** A torrent that is complete or stopped, and that nobody asks for, leaves memory after this long. */
export const REST_AFTER_MS = 30 * 60_000;
/** How often is looked for such torrents. */
export const REST_LOOK_MS = 60_000;
/** A torrent whose trackers do not answer its farewell is gone all the same after this long. */
export const FAREWELL_MS = 3_000;

/** A torrent file that a magnet link points to: how long it may take, and how many places are tried. */
export const EXACT_TIMEOUT_MS = 15_000;
export const MAX_EXACT_SOURCES = 2;

/** Web seeds of one torrent: each is a host of a stranger's choice. */
export const MAX_WEB_SEEDS = 3;
/** One range of a host: long enough that its round trip does not matter, and all that is buffered. */
export const WEB_RUN = 1024 * 1024;
/** Ranges asked of one host at a time: the next is on its way while one is read. */
export const WEB_REQUESTS = 2;
/** Ranges of one host that are kept for the blocks behind those that were answered. */
export const MAX_WEB_RUNS = 4;
/** A host that sends nothing for this long is too slow. */
export const WEB_STALL_MS = 10_000;
/** Failures in a row after which a host is given up, and when one that may do better is tried again. */
export const MAX_WEB_FAULTS = 3;
export const WEB_REST_MS = 5 * 60_000;
/** How often is looked whether web seeds are still needed. */
export const WEB_LOOK_MS = 15_000;

/** Hostile metadata: what is accepted of a torrent. */
export const MAX_TORRENT_FILE = 10_000_000;
export const MAX_FILES = 10_000;
export const MAX_PIECES = 1 << 20;
export const MIN_PIECE_LENGTH = BLOCK_LENGTH;
export const MAX_PIECE_LENGTH = 64 * 1024 * 1024;
/** 16 TiB; every offset stays a safe integer. */
export const MAX_TORRENT_LENGTH = 2 ** 44;
export const MAX_TRACKERS = 12;
export const MAX_NAME_LENGTH = 255;

/** Pieces that a full check reads at once; serving and playing go on meanwhile. */
export const CHECKING_AT_ONCE = 2;
/** Of the pieces that are held, one in so many is hashed when a torrent is taken up again, up to the most. */
export const RESUME_SHARE = 100;
export const MAX_RESUME_SAMPLES = 64;
/** Pieces of own files that are looked into before they are served again. */
export const SAMPLED_PIECES = 12;
/** Pieces are hashed this many at a time: enough to keep the digest threads busy, little memory. */
export const HASHING_AT_ONCE = 4;
