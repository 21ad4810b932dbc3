import path from "node:path";

/** True in the built extension, where every entry is a .cjs file of one folder; false where the sources run as they are. */
const bundled = typeof __filename === "string" && __filename.endsWith(".cjs");

/** The file of a worker of this folder (`name.worker.ts`), built or not. */
export const workerFile = (name: string): string =>
  bundled ? path.join(__dirname, `${name}.worker.cjs`) : path.join(import.meta.dirname, `${name}.worker.ts`);

/** sql.js' WebAssembly, beside the bundle or in its package. */
export const sqlWasmFile = (): string =>
  bundled
    ? path.join(__dirname, "sql-wasm.wasm")
    : path.join(import.meta.dirname, "../../../node_modules/sql.js/dist/sql-wasm.wasm");
