import type { Backend, Entry } from "./models.ts";

/** How a back end is reached and told to serve an entry. */
export interface BackendConfig {
  readonly port?: number;
  readonly host?: string;
  readonly baseUrl?: string;
  readonly modelPath?: string;
}

/** What is left out stays; null takes a value away. */
export interface EntryPatch {
  readonly displayName?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  /** Role → 0 to 100, lower is preferred. */
  readonly rolePriority?: Readonly<Record<string, number>> | undefined;
  readonly backend?: Backend | undefined;
  readonly backendConfig?: BackendConfig | undefined;
  /** One argument each. */
  readonly extraArgs?: readonly string[] | undefined;
  readonly aliases?: readonly string[] | undefined;
  readonly notes?: string | null | undefined;
  readonly description?: string | null | undefined;
  /** Absolute path of a picture: a copy of it is kept beside the model. */
  readonly preview?: string | null | undefined;
  readonly deprecated?: boolean | undefined;
  readonly locked?: boolean | undefined;
  readonly capabilities?: readonly string[] | undefined;
}

export interface ImportCounts {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly historyId?: string;
}

export interface ExportCounts {
  readonly entries: number;
  readonly path: string;
}

export interface RoleAnswer {
  readonly role: string;
  /** The installed entry with the lowest priority; absent where none has the role. */
  readonly preferred?: Entry;
  /** In order. */
  readonly others: readonly Entry[];
}

export interface EffectiveSetting {
  /** With its prefix: `modelDeck.serving.port`. */
  readonly key: string;
  readonly value: unknown;
  /** `default`, or who set it. */
  readonly origin: "default" | "user" | "remote" | "given";
  readonly problem?: string;
}
