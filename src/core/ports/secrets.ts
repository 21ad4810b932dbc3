/** Names: `huggingface`, `civitai`. Values never reach a log, an error, an argument or a database. */
export interface Secrets {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
}
