import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A real writer in a process of its own: it holds its connection, and what it began, until it is told to go. */
export interface SqliteWriter {
  /** Runs statements, after all before it. */
  run(statements: string): Promise<void>;
  stop(): Promise<void>;
}

const PROGRAM = `
const { DatabaseSync } = require("node:sqlite");
const database = new DatabaseSync(process.argv[1]);
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  try { database.exec(JSON.parse(line)); console.log("done"); } catch (error) { console.log(String(error)); }
});
console.log("done");
`;

export async function startSqliteWriter(file: string): Promise<SqliteWriter> {
  const child: ChildProcess = spawn(process.execPath, ["--no-warnings", "-e", PROGRAM, file], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error("the writer has no pipes");
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<void> => {
    const { value } = await lines.next();
    if (value !== "done") throw new Error(`the writer said ${String(value)}`);
  };
  await answer();
  return {
    run: async (statements) => {
      stdin.write(`${JSON.stringify(statements)}\n`);
      await answer();
    },
    stop: async () => {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
