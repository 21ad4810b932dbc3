import { type ServerState, serverStates } from "./serving.ts";
import { type Guard, areWords, isFlag, isList, isNumber, isOneOf, isShape, isText } from "./shape.ts";

/** What a tile's buttons do. */
export const tileDeeds = ["restart", "stop", "logs", "copyUrl"] as const;
export type TileDeed = (typeof tileDeeds)[number];
export const tileStops = ["server", "model"] as const;

/** What is measured of a server; each has its place, whether anyone tells it or not. */
export const tileFigures = [
  "generated",
  "prompt",
  "context",
  "requests",
  "memory",
  "gpuMemory",
  "cpu",
  "gpu",
  "uptime",
] as const;
export type TileFigure = (typeof tileFigures)[number];

/** A button; its id is unique among those of a tile. */
export interface TileOffer {
  readonly id: string;
  readonly label: string;
}

/** One server in finished words. */
export interface ServerTile {
  readonly server: string;
  readonly title: string;
  /** Profile, group and address. */
  readonly subtitle: string;
  readonly state: ServerState;
  readonly stateWords: string;
  /** Where more or less was given than asked for, a line each. */
  readonly differences: readonly string[];
  /** Why it failed, or why it serves again; may be empty. */
  readonly reason: string;
  /** What would help after that, best first. */
  readonly offers: readonly TileOffer[];
  /** `–` where nobody tells. */
  readonly figures: Readonly<Record<TileFigure, string>>;
  /** Tokens per second of the last ten minutes, oldest first; -1 is a gap. */
  readonly spark: readonly number[];
  readonly sparkWords: string;
  /** What its state allows. */
  readonly deeds: readonly TileDeed[];
  /** What a stop takes away: of a router its model alone. */
  readonly stops: (typeof tileStops)[number];
}

/** The tiles on their way to the page: those that changed, or all of them. */
export interface ServersUpdate {
  readonly whole: boolean;
  /** All in their order; absent: as before. */
  readonly order?: readonly string[];
  readonly tiles: readonly ServerTile[];
}

/** What the page says of servers, in the language of the window. */
export interface ServersWords {
  readonly servers: string;
  readonly none: string;
  readonly deeds: Readonly<Record<TileDeed, string>>;
  /** In place of `stop`, where that takes the model alone. */
  readonly unload: string;
  readonly figures: Readonly<Record<TileFigure, string>>;
}

const isTileDeed = isOneOf(tileDeeds);

const isTile: Guard<ServerTile> = isShape<ServerTile>({
  server: isText,
  title: isText,
  subtitle: isText,
  state: isOneOf(serverStates),
  stateWords: isText,
  differences: isList(isText),
  reason: isText,
  offers: isList(isShape<TileOffer>({ id: isText, label: isText })),
  figures: areWords(tileFigures),
  spark: isList(isNumber),
  sparkWords: isText,
  deeds: isList(isTileDeed),
  stops: isOneOf(tileStops),
});

type Known<T> = { readonly [Field in keyof Required<T>]: T[Field] };

const areTexts = isList(isText);
const isKnownUpdate = isShape<Known<ServersUpdate>>({
  whole: isFlag,
  order: (value): value is readonly string[] | undefined => value === undefined || areTexts(value),
  tiles: isList(isTile),
});
export const isServersUpdate: Guard<ServersUpdate> = (value): value is ServersUpdate => isKnownUpdate(value);

export const isServersWords: Guard<ServersWords> = isShape<ServersWords>({
  servers: isText,
  none: isText,
  deeds: areWords(tileDeeds),
  unload: isText,
  figures: areWords(tileFigures),
});

/** A deed that a page wishes of a server. */
export interface ServerIntent {
  readonly kind: "server";
  readonly deed: TileDeed;
  readonly server: string;
}

export const isServerIntent: Guard<ServerIntent> = isShape<ServerIntent>({
  kind: isOneOf(["server"]),
  deed: isTileDeed,
  server: isText,
});

/** One of its offers is taken. */
export interface OfferIntent {
  readonly kind: "offer";
  readonly server: string;
  /** Of the offer. */
  readonly id: string;
}

export const isOfferIntent: Guard<OfferIntent> = isShape<OfferIntent>({
  kind: isOneOf(["offer"]),
  server: isText,
  id: isText,
});
