import { createProcessRuntime } from "../../src/core/adapters/process-runtime.ts";

/** Has what serves from a data folder stand still, as a program does that has no turn. @returns lets it go on */
export async function holdServer(storage: string): Promise<() => void> {
  const signal = AbortSignal.timeout(30_000);
  const servers = await createProcessRuntime({ storage }).list(signal);
  const running = servers.filter((server) => server.running);
  const pids = (await Promise.all(running.map((server) => server.processes(signal)))).flat();
  if (pids.length === 0) throw new Error(`nothing serves from ${storage}`);
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  return () => {
    for (const pid of pids) process.kill(pid, "SIGCONT");
  };
}
