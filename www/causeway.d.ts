/**
 * The JavaScript API of the playground: `window.causeway`, and what its calls take and give.
 *
 * Times are milliseconds since the world began and counts are Numbers up to 2^53 − 1; amounts, hashes
 * and addresses are `0x…` text. A call that is refused rejects with an Error whose message names the
 * field, what was expected and what was found; the world is then unchanged.
 */

/** `0x…` */
export type Hex = `0x${string}`;
/** `"0x…"`, decimal digits, or with a unit: `"1.5 ether"`, `"30 gwei"`, `"7 wei"`. Always given as `0x…`. */
export type Amount = string;
/** Milliseconds, or text such as `"12s"`, `"1h 30m"`, `"7d"`. Always given as text. */
export type Span = number | string;

export type Stage =
  | 'pending' | 'initiated' | 'batched' | 'proposed' | 'proven' | 'finalized' | 'deposited' | 'delivered' | 'failed';

export interface Link {
  delay?: Span;
  jitter?: Span;
  /** In millionths. */
  loss?: number;
  partitioned?: boolean;
}

export type Settlement =
  | { optimistic: { challenge_period: Span; game_clock: Span; air_gap: Span } }
  | { zk: { proving_delay: Span; prover_gas_per_second: number; execution_delay: Span } };

export type DataAvailability =
  | 'blob' | 'calldata' | 'external' | { committee: { members: number; threshold: number; bytes_per_second?: number } };

export interface RollupConfig {
  chain_id?: number;
  name?: string;
  settlement?: Settlement;
  block_time?: Span;
  batch_cadence?: Span;
  data_availability?: DataAvailability;
  proposal_interval?: Span;
  l1_confirmations?: number;
  gas_limit?: number;
  batch_bytes_max?: number;
  link?: Link;
}

export type MessageContent =
  | { ether: { amount: Amount; recipient?: Hex } }
  | { token: { amount: Amount; recipient?: Hex } }
  | { call: { target?: Hex; value?: Amount; data: Hex; gas_limit?: number } };

export interface SendMessage {
  /** A name by which queries and expectations find the message. */
  label?: string;
  from: number;
  to: number;
  sender?: Hex;
  content: MessageContent;
  /** Whether the world's relayer proves and finalizes it on L1. Default true. */
  relay?: boolean;
}

export interface Transact {
  chain: number;
  from: Hex;
  /** None creates a contract. */
  to?: Hex;
  value?: Amount;
  data?: Hex;
  gas_limit?: number;
}

export type Fault =
  | { l1_reorg: { depth: number } }
  | { set_link: { chain: number; link: Link } }
  | { halt_sequencer: { chain: number; halted: boolean } }
  | { halt_batcher: { chain: number; halted: boolean } }
  | { withhold_data: { chain: number; withheld: boolean } }
  | { withhold_votes: { chain: number; withheld: boolean } }
  | { reject_settlement: { chain: number } }
  | { rob_portal: { chain: number; amount?: Amount; thief?: Hex } }
  | { forge_root: { chain: number; asset?: BridgedAsset; amount?: Amount; thief?: Hex } }
  | { rob_bridge: { chain: number; amount?: Amount; thief?: Hex } }
  | { mint_unbacked: { chain: number; amount: Amount; thief?: Hex } }
  | { drain_pool: { chain: number; token?: 'wave' | 'usdx' | 'test'; amount?: Amount; thief?: Hex } }
  | { impair_issuer: { chain: number; amount?: Amount; thief?: Hex } }
  | { set_feed: { chain: number; fault?: 'stuck' | { wrong: { price_bps: number } } } }
  | { sequencer: SequencerFault };

/** What a rollup's bridge carries. */
export type BridgedAsset = 'ether' | 'token';

/** What limits a bridge; any of them work together. */
export type Control =
  | { token_bucket: { capacity: Amount; rate: Amount } }
  | { daily_limit: { limit: Amount } }
  | { breaker: { min_retained_bps: number; window?: Span; tick?: Span; cooldown?: Span; begin_threshold?: Amount } }
  | 'clear_breaker'
  | 'override_breaker'
  | { exposure_cap: { cap: Amount } }
  | { pause: { on: boolean } }
  | { wind_down: { claimed?: Amount } }
  | 'off';

/** What goes wrong with the shared sequencer, or right again. Nodes are numbers from 0. */
export type SequencerFault =
  | { crash: { nodes: number[]; crashed: boolean } }
  | { split: { groups: number[][] } }
  | { set_link: { link: Link } }
  | { behave: { nodes: number[]; behaviour: Behaviour } }
  | { censor: { accounts?: Hex[]; chains?: number[]; nodes?: number[] } }
  | { sandwich: { attacker?: Hex } }
  | { break_promises: { broken: boolean } };

export type Behaviour = 'honest' | 'silent' | 'double_propose' | 'double_vote' | 'equivocate';

/** All legs in one slot or none; all succeed or none has an effect; all roll back if the L1 rejects one. */
export type Guarantee = 'inclusion' | 'execution' | 'settlement';

export interface SubmitBundle {
  /** A name by which queries find the bundle. */
  label?: string;
  /** Default execution. */
  guarantee?: Guarantee;
  /** How long it is tried. Default 1m. */
  deadline?: Span;
  /** At most 32, in the order in which they execute. */
  legs: ({ actor: Transact } | { signed: { chain: number; raw: Hex } })[];
}

/** A change to the world; the only way in. */
export type Command =
  | { spawn_rollup: RollupConfig }
  | { remove_rollup: { chain: number } }
  | { send_message: SendMessage }
  | { send_raw_transaction: { chain: number; raw: Hex } }
  | { transact: Transact }
  | { fault: Fault }
  | { prove_message: { message: number; sender?: Hex; forgery?: 'amount' | 'proof_bit' | 'state_root' } }
  | { finalize_message: { message: number; sender?: Hex } }
  | { set_traffic: { chain: number; per_second: number; from?: Hex } }
  | { submit_bundle: SubmitBundle }
  | { set_ordering: { chain: number; shared: boolean } }
  | { set_control: { chain: number; asset: BridgedAsset; control: Control } }
  | { later: { after: Span; command: Command } };

/** A move through time. */
export type Travel =
  | { to: number }
  | { to_line: number }
  | 'into'
  | 'over'
  | 'back'
  | 'undo'
  | 'redo'
  | { fork: string }
  | { switch: number }
  | { forget: number }
  /** Another future: this first, then the same failures. */
  | { instead: Command }
  | 'stop';

export interface ChainView {
  id: number;
  name: string;
  kind: 'l1' | 'optimistic' | 'zk';
  status: 'running' | 'deploying' | 'halted' | 'removed';
  head: number;
  head_time: number;
  safe: number;
  finalized: number;
  proposed: number | null;
  pending: number;
  transactions: number;
  base_fee: number | Hex;
  blob_base_fee: number | Hex | null;
  fullness_permille: number;
  block_time: string;
  locked_ether: Hex | null;
  exit_delay: string | null;
  /** Transfers that somebody sends on it each second. */
  traffic: number;
  /** Whether the shared sequencer orders it. */
  is_member: boolean;
  /** Whether it holds a block ready until an outcome is decided. */
  holds: boolean;
  /** What its pool holds, WAVE and USDX; null on L1. */
  pool: [Hex, Hex] | null;
}

/** The shared sequencer. */
export interface SequencerView {
  slot: string;
  is_open: boolean;
  members: number[];
  nodes: NodeView[];
  height: number;
  is_deciding: boolean;
  /** Most weight that may be faulty, and all weight. */
  tolerated: number;
  weight: number;
  slots: { height: number; round: number; leader: number; decided_at: number; took: string; items: number }[];
  bundles: BundleView[];
  troubles: string[];
}

export interface NodeView {
  node: number;
  weight: number;
  behaviour: Behaviour;
  is_crashed: boolean;
  group: number;
  round: number;
  step: 'idle' | 'propose' | 'prevote' | 'precommit' | 'decided';
  is_leader: boolean;
  prevote: 'unseen' | 'nil' | 'value';
  precommit: 'unseen' | 'nil' | 'value';
  bond: Hex;
}

export interface BundleView {
  number: number;
  label: string | null;
  guarantee: Guarantee;
  state: 'waiting' | 'ordered' | 'held' | 'landed' | 'aborted';
  failure: string | null;
  legs: { chain: number; from: Hex; content: string; succeeded: boolean | null; failure: string | null }[];
  states: [state: string, at: number][];
  deadline: number;
  slot: number | null;
  progress_permille: number;
}

export interface MessageView {
  number: number;
  id: Hex | null;
  label: string | null;
  from: number;
  to: number;
  sender: Hex;
  cargo: 'ether' | 'token' | 'call';
  content: string;
  stage: Stage;
  passed: { stage: Stage; at: number; chain: number; transaction: Hex | null }[];
  waits: { what: string; why: string; until: number | null } | null;
  ahead: Stage[];
  progress_permille: number;
  failure: string | null;
  relayed: boolean;
}

export interface LogLine {
  number: number;
  at: number;
  chain: number | null;
  kind: 'block' | 'transaction' | 'message' | 'batch' | 'settlement' | 'slot' | 'bundle' | 'fault' | 'world';
  text: string;
  subject: unknown;
}

/** The world as the page shows it. */
export interface View {
  now: number;
  unix_seconds: number;
  next_event: number | null;
  title: string;
  summary: string;
  /** Text where it is beyond 2^53 − 1. */
  seed: number | Hex;
  digest: Hex;
  chains: ChainView[];
  flows: { from: number; to: number; count: number }[];
  /** Those under way first, newest first; at most 200. */
  messages: MessageView[];
  message_count: number;
  /** The newest lines, oldest first; at most 200. */
  log: LogLine[];
  log_count: number;
  inspected: null;
  people: { name: string; address: Hex }[];
  token: { symbol: string; decimals: number };
  timeline: Timeline;
  /** Null where there is none. */
  sequencer: SequencerView | null;
}

/** Where in time the page is. */
export interface Timeline {
  events: number;
  /** Lines of the log as far as this branch was seen, and up to now. */
  lines: number;
  line: number;
  ticks: [line: number, at: number][];
  horizon: number;
  branch: number;
  branches: { id: number; name: string; parent: [number, number] | null; now: number; horizon: number; deeds: number }[];
  deeds: { at: number; line: number; text: string; is_ahead: boolean }[];
  undo: string | null;
  redo: string | null;
  journey: { to: number; permille: number } | null;
  differs_from_link: boolean;
}

/** An EIP-1193 provider. Its errors have `code` and, where there is some, `data`. */
export interface Provider {
  request(call: { method: string; params?: readonly unknown[] | object }): Promise<unknown>;
  /** Never calls back: neither chain nor accounts change. */
  on(event: string, listener: (...values: unknown[]) => void): void;
  removeListener(event: string, listener: (...values: unknown[]) => void): void;
}

export interface Causeway {
  /** Resolves when the first world runs. */
  readonly ready: Promise<void>;
  /** Changes the world; gives it as it is then. */
  dispatch(command: Command): Promise<View>;
  /** Moves simulated time on by so many milliseconds; gives the world as it is then. */
  advance(ms: number): Promise<View>;
  /** The world as it is now. */
  view(): Promise<View>;
  /** The digest over all that happened. */
  digest(): Promise<Hex>;
  /** Starts another world from a scenario (JSON text or object), a link or a snapshot's bytes. */
  load(source: string | object | Uint8Array): Promise<View>;
  /** A link to this very moment; refused where it would be longer than 32 KiB. */
  share(): Promise<string>;
  /** Moves through time; gives the world as it is on arrival. */
  travel(travel: Travel): Promise<View>;
  /** Portable bytes of the whole world. */
  snapshot(): Promise<{ bytes: Uint8Array; digest: Hex }>;
  /** The provider of a chain. Every chain is announced by EIP-6963 as well. */
  provider(chainId: number): Provider;
}

declare global {
  interface Window {
    causeway: Causeway;
  }
}
