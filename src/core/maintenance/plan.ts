import type { Edit, Row } from "../ports/database.ts";
import type { FileHead } from "../identify/head.ts";
import type { ScanAsk } from "../ports/scanner.ts";
import type { Finding, KeptBack } from "../protocol/maintenance.ts";
import type { FoundFile, StoreReport } from "../stores/found.ts";

/**
 * One deed with all that is needed to check, do and undo it. `inverse` is total over the steps that are not final.
 * Journal first, deed second.
 */
export type Step =
  /** A row of the registry; null: absent. */
  | {
      readonly kind: "row";
      readonly table: string;
      readonly key: string;
      readonly before: Row | null;
      readonly after: Row | null;
    }
  /** A file or folder goes into the trash beside its root; refused where what lies there is not `seen`. */
  | {
      readonly kind: "trash";
      readonly path: string;
      readonly root: string;
      readonly bytes: number;
      readonly seen: Seen;
    }
  /** The way back; `root` and `seen` as they were when it was thrown away. */
  | {
      readonly kind: "restore";
      readonly trashId: string;
      readonly path: string;
      readonly root: string;
      readonly bytes: number;
      readonly seen: Seen;
    }
  /** For good: where no trash can be had on the volume. Final. */
  | { readonly kind: "delete"; readonly path: string; readonly bytes: number; readonly seen: Seen }
  /** An empty folder. */
  | { readonly kind: "removeFolder"; readonly path: string }
  | { readonly kind: "makeFolder"; readonly path: string }
  /**
   * A name at `path`, where nothing may lie, for the bytes of `target`; refused where `target` is not `seen`. `hard`: a
   * second name of the same file; `symbolic`: a link to it; `clone`: a copy that shares its blocks (reflink).
   */
  | {
      readonly kind: "makeLink";
      readonly path: string;
      readonly target: string;
      readonly how: "hard" | "symbolic" | "clone";
      readonly seen: Seen;
    }
  /** The way back: the name goes, the bytes stay at `target`. */
  | {
      readonly kind: "removeLink";
      readonly path: string;
      readonly target: string;
      readonly how: "hard" | "symbolic" | "clone";
      readonly seen: Seen;
    }
  /** A model of a running Ollama server, through the server. Final. */
  | { readonly kind: "deleteOllama"; readonly model: string; readonly bytes: number };

/** A file as it was when the plan was made. */
export interface Seen {
  readonly size: number;
  /** Whole milliseconds since 1970. */
  readonly modified: number;
  /** Device and inode. */
  readonly identity: string;
}

/** What an operation decided. Pure data. */
export interface Decision {
  readonly steps: readonly Step[];
  readonly keptBack: readonly KeptBack[];
  readonly findings?: readonly Finding[];
}

/** What operations decide over: read once, before anything. Plain data. */
export interface Survey {
  /** All rows of both layers, as the registry has them. */
  readonly entries: readonly Row[];
  readonly files: readonly Row[];
  readonly characteristics: readonly Row[];
  readonly shapes: readonly Row[];
  /**
   * Of every path an entry or a file row names (not of `ollama://…`) and of what its links lead to, of the roots of the
   * locations, of the weights root, of the paths and of every folder below the folders an operation asked for, and of
   * the manifests and blobs of the Ollama store where that was asked for.
   */
  readonly disk: ReadonlyMap<string, DiskFacts>;
  /** Where it was asked for: every link below the locations and the weights root → its `real`. Links are not followed into. */
  readonly links?: ReadonlyMap<string, string>;
  /** Entries of the backup an operation asked for. */
  readonly backup?: readonly Row[];
  readonly locations: readonly { readonly name: string; readonly path: string }[];
  readonly weightsRoot: string | undefined;
  /** Names they match belong to testing entries. */
  readonly testingPatterns: readonly string[];
  /** Of the Ollama store: manifest `name:tag` → its model blob, and every blob's users. Absent: no store. */
  readonly ollama?: OllamaFacts;
  /**
   * The roots beside which a trash folder can be made: of the locations, the weights root, the Ollama store; and, of a
   * file that a row names and that lies below none of them, the folder it lies in.
   */
  readonly trashRoots: ReadonlySet<string>;
  /** What the stores hold that an operation asked for, in that order. */
  readonly found?: readonly StoreReport[];
  /** Of the paths an operation asked for; one that cannot be read is absent. */
  readonly heads?: ReadonlyMap<string, FileHead>;
  /** Of the paths an operation asked for, hashed now or remembered from when the file was as it is; by path. */
  readonly digests?: ReadonlyMap<string, string>;
  /** Directory checksums of the entries an operation asked for, `v1:` and the digest; by name. */
  readonly checksums?: ReadonlyMap<string, string>;
  /** Model files of the sizes an operation asked for. */
  readonly sameSize?: readonly FoundFile[];
  /** Where it was asked for: what lies about. */
  readonly litter?: Litter;
  /** With it: entries whose recorded files are not those their lock names. */
  readonly drifted?: ReadonlySet<string>;
  /** Whether names of one file, links and clones can be made in a folder that an operation asked for. */
  readonly linkable?: ReadonlyMap<string, LinkFacts>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What lies in folders of models, and no row of the registry tells of. Paths are those of walks from the roots. */
export interface Litter {
  /** Without a slash at the end. */
  readonly roots: readonly string[];
  /** Files somebody began to write and the records of them, old enough, and none that a download of ours goes on with. */
  readonly partials: ReadonlyMap<string, Seen>;
  /** Blobs that are old enough: of Hugging Face caches those no link leads to, of Ollama all. */
  readonly blobs: ReadonlyMap<string, Seen>;
  /** Links that lead nowhere: where to, and the link itself. */
  readonly dangling: ReadonlyMap<string, { readonly target: string; readonly seen: Seen }>;
  /** Folder → names of its model files, where one of them is a part of several or a projector. */
  readonly odd: ReadonlyMap<string, readonly string[]>;
  /** Folders that could not be read → why. */
  readonly problems: ReadonlyMap<string, string>;
}

export interface LitterWants {
  readonly roots: readonly string[];
  /** What was written to since may be in use. */
  readonly olderThanDays: number;
}

export interface LinkFacts {
  readonly device: string;
  readonly hard: boolean;
  readonly symbolic: boolean;
  readonly clone: boolean;
}

export type DiskFacts =
  /** A link that leads nowhere is absent too. */
  | { readonly kind: "absent" }
  /** Its location's root, or that of what a link leads to, is not there: a drive that is unplugged. */
  | { readonly kind: "offline" }
  | { readonly kind: "unreadable"; readonly reason: string }
  | {
      readonly kind: "file" | "folder" | "link";
      /** Of a link: its own, not its target's. */
      readonly seen: Seen;
      /** Names of the same bytes, this one included. */
      readonly names: number;
      /** Every link resolved. */
      readonly real: string;
      /** Of a folder: how many items it holds. */
      readonly items?: number;
      /** Of a folder that could only be deleted for good: a digest of all that lies in it. */
      readonly tree?: string;
    };

/** What `createOllama` of stores/create-ollama.ts reads. */
export interface OllamaFacts {
  /** undefined where only a server is known: its models have no blobs that we see. */
  readonly root: string | undefined;
  /** True where its server answers, and it serves this store. */
  readonly serverRuns: boolean;
  /** Paths are absolute. */
  readonly models: ReadonlyMap<
    string,
    {
      readonly modelBlob?: string;
      readonly blobs: readonly string[];
      readonly manifest: string;
      /** What a server says where no blobs are seen. */
      readonly sizeBytes?: number;
    }
  >;
  /** Blobs that manifests without weights use: those of cloud models. */
  readonly otherBlobs?: readonly string[];
  /** Manifests that say nothing we understand: any blob may be theirs. */
  readonly unreadable?: readonly string[];
}

/** The registry's rows and what lies at their paths: what is known first. */
export type SurveyRows = Pick<Survey, "entries" | "files" | "characteristics" | "disk">;

/** What a survey has to look at beside the registry. */
export interface SurveyWants {
  /** Folders whose sub-folders are looked at, all the way down. */
  readonly folders?: readonly string[];
  /** Single files or folders to look at. */
  readonly paths?: readonly string[];
  /** Look for links below the locations and the weights root. */
  readonly links?: boolean;
  /** Look at the Ollama store. */
  readonly ollama?: boolean;
  /** Stores to read, each in the scanner's thread. */
  readonly stores?: readonly ScanAsk[] | ((rows: SurveyRows) => readonly ScanAsk[]);
  /** Files whose headers are read. Asked after the rows are known. */
  readonly heads?: (rows: SurveyRows) => readonly string[];
  /** Model files of these sizes below these roots. */
  readonly sameSize?: (rows: SurveyRows) => { readonly roots: readonly string[]; readonly sizes: readonly number[] };
  /** Files to hash, asked once everything else is known. */
  readonly digests?: (survey: Survey) => readonly string[];
  /** Entries to take the directory checksum of, each with all its files; asked after the stores are read. */
  readonly checksums?: (survey: Survey) => ReadonlyMap<string, readonly string[]>;
  /** Look for what lies about. */
  readonly litter?: LitterWants;
  /** Folders in which links may be wanted; asked once the digests are known. */
  readonly linkable?: (survey: Survey) => readonly string[];
  /** Id of a backup, or `newest` Ollama-holding one. */
  readonly backup?: string;
}

export const rowEdit = (step: Extract<Step, { kind: "row" }>): Edit => ({
  table: step.table,
  key: step.key,
  after: step.after,
  basis: step.before,
});
