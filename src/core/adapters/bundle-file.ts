import path from "node:path";

/** True in the built extension, where every entry is a .cjs file of one folder; false where the sources run as they are. */
const bundled = typeof __filename === "string" && __filename.endsWith(".cjs");

/**
 * The file of a worker of this folder (`name.worker.ts`), built or not.
 *
 * Sources that run as they are take the built one from the folder MODELDECK_THREADS where it is set, as the tests do: they
 * try the threads as they ship, and Node need not strip the types of each. It does that by WebAssembly, whose code V8 shares
 * between threads; others have seen whole processes crash where many such threads come and go.
 */
export function workerFile(name: string): string {
  if (bundled) return path.join(__dirname, `${name}.worker.cjs`);
  const built = process.env["MODELDECK_THREADS"];
  return built === undefined
    ? path.join(import.meta.dirname, `${name}.worker.ts`)
    : path.join(built, `${name}.worker.cjs`);
}

/** sql.js' WebAssembly, beside the bundle or in its package. */
export const sqlWasmFile = (): string =>
  bundled
    ? path.join(__dirname, "sql-wasm.wasm")
    : path.join(import.meta.dirname, "../../../node_modules/sql.js/dist/sql-wasm.wasm");
