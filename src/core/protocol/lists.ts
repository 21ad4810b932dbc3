/** What a file is for, in the program that wants it. */
export const wantedPurposes = ["weights", "module", "textEncoder", "vae", "preload", "lora", "other"] as const;
export type WantedPurpose = (typeof wantedPurposes)[number];

/**
 * `present`: it lies where the program looks; `linkable`: the same bytes are on this machine, proven; `likely`: a file of
 * the same size or source may hold them, unproven; `missing`: it has to be fetched.
 */
export const wantedStates = ["present", "linkable", "likely", "missing"] as const;
export type WantedState = (typeof wantedStates)[number];

/** One file an entry of another program's list asks for. */
export interface WantedFile {
  /** What `library.fetch` takes: where it goes, below the program's folder, with slashes; absolute where it lies outside. */
  readonly id: string;
  readonly name: string;
  readonly purpose: WantedPurpose;
  /** The key it stands under, as `URLs2`. */
  readonly key: string;
  /** Of two models that work one after the other. */
  readonly part?: "high" | "low";
  /** As its name says: `bf16`, `quanto int8`, `fp8`. Files of one key that differ in it alone are a choice. */
  readonly variant?: string;
  /** Absent: the list names a file of this machine, which nothing brings. */
  readonly url?: string;
  /** Absolute: where it lies, or is to lie. */
  readonly target: string;
  /** The program's own code chooses this folder; it is what is usual for the architecture. */
  readonly targetGuessed?: true;
  readonly state: WantedState;
  /** Of a present one: what it was compared by. */
  readonly proof?: "sha256" | "size" | "name";
  /** What lies at the target has this size, and the source says another. */
  readonly wrongBytes?: number;
  readonly sizeBytes?: number;
  readonly sha256?: string;
  /** Where the bytes of a linkable or likely one are. */
  readonly from?: string;
}

/** One model of the program. */
export interface WantedEntry {
  /** The name of its file, without the ending. */
  readonly id: string;
  readonly title: string;
  readonly architecture?: string;
  /** The files it is told by; the later win, key by key. */
  readonly lists: readonly string[];
  readonly files: readonly WantedFile[];
  readonly counts: Readonly<Record<WantedState, number>>;
}

/** What of a list could not be used; all else of it was. */
export interface ListProblem {
  /** Absolute: the list. */
  readonly path: string;
  readonly key?: string;
  /** One sentence. */
  readonly problem: string;
}

/** What another program wants, and what of it is here. */
export interface LibraryLists {
  readonly program: "wan2gp";
  /** Absolute. */
  readonly root: string;
  /** Absolute: where it looks for its models first, and puts new ones. */
  readonly folder: string;
  /** By title. */
  readonly entries: readonly WantedEntry[];
  /** Each file once, however many entries want it. */
  readonly totals: {
    readonly files: Readonly<Record<WantedState, number>>;
    /** Of what is not present, where sizes are known. */
    readonly bytesWanted: number;
    /** Not present, and of unknown size. */
    readonly sizesUnknown: number;
  };
  readonly problems: readonly ListProblem[];
}

/** What `library.fetch` queued. */
export interface LibraryFetched {
  /** Of the downloads. */
  readonly ids: readonly string[];
  /** How many files they bring. */
  readonly files: number;
  readonly bytes: number;
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}
