/** Files that are written piece by piece before they get their name. Paths are absolute. */
export interface PartialFiles {
  /** For reading and writing; made where absent. Refuses a link, so that no one's file is written through one. */
  open(path: string): Promise<PartialFile>;
  /** A few words, where nothing has the name. Not durably: a power cut may take them. */
  note(path: string, text: string): Promise<void>;
  /** In order, in pieces; ends when the signal does. */
  read(path: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /**
   * Gives it its name, durably. Without `replace`, what has the name already is kept and the answer is a fault `exists`,
   * also where another got there first.
   */
  publish(partial: string, name: string, options: { readonly replace: boolean }): Promise<void>;
  /** Durably. */
  rename(from: string, to: string): Promise<void>;
  /** Leaves it where anything is in it. */
  removeEmptyFolder(path: string): Promise<void>;
}

export interface PartialFile {
  size(): Promise<number>;
  /** Shorter only where the file ends. */
  read(from: number, length: number): Promise<Uint8Array>;
  /** All of them, one after the other. Rejects with `diskFull` where there is no room. */
  write(at: number, chunks: readonly Uint8Array[]): Promise<void>;
  truncate(length: number): Promise<void>;
  /** What was written before is on the disk to stay. */
  sync(): Promise<void>;
  close(): Promise<void>;
}
