import type { Archives } from "../ports/archives.ts";
import type { Files } from "../ports/files.ts";
import type { Links } from "../ports/links.ts";
import type { Moves } from "../ports/moves.ts";
import type { OllamaServer } from "../ports/ollama-server.ts";
import type { RunningServer, Runtime } from "../ports/runtime.ts";
import type { ServerHttp } from "../ports/server-http.ts";
import { fault } from "../util/faults.ts";

/** Throws `ownerGone` once another process has superseded this one. Asked right before each deed. */
export type Fence = () => void;

export const fenceOf =
  ({ lost }: { readonly lost: () => boolean }): Fence =>
  () => {
    if (lost()) throw fault({ code: "ownerGone" });
  };

/** What changes anything is refused to a late owner. */
export const fencedFiles = (files: Files, fence: Fence): Files => ({
  ...files,
  replace: async (path, content) => {
    fence();
    return files.replace(path, content);
  },
  makeFolder: async (path) => {
    fence();
    return files.makeFolder(path);
  },
  remove: async (path) => {
    fence();
    return files.remove(path);
  },
});

export const fencedMoves = (moves: Moves, fence: Fence): Moves => ({
  move: async (from, to) => {
    fence();
    return moves.move(from, to);
  },
  makeFolder: async (path, access) => {
    fence();
    return moves.makeFolder(path, access);
  },
  removeFolder: async (path) => {
    fence();
    return moves.removeFolder(path);
  },
  erase: async (path) => {
    fence();
    return moves.erase(path);
  },
  append: async (path, line) => {
    fence();
    return moves.append(path, line);
  },
});

/** To find out what a volume allows changes it, if only for a moment. */
export const fencedLinks = (links: Links, fence: Fence): Links => ({
  make: async (path, target, how, below) => {
    fence();
    return links.make(path, target, how, below);
  },
  remove: async (path, target, how) => {
    fence();
    return links.remove(path, target, how);
  },
  abilities: async (folder) => {
    fence();
    return links.abilities(folder);
  },
});

/** A late owner removes no model by way of another program. */
export const fencedOllama = (server: OllamaServer, fence: Fence): OllamaServer => ({
  ...server,
  remove: async (url, model, signal) => {
    fence();
    return server.remove(url, model, signal);
  },
  pull: async (url, model, onProgress, signal) => {
    fence();
    return server.pull(url, model, onProgress, signal);
  },
});

export const fencedArchives = (archives: Archives, fence: Fence): Archives => ({
  ...archives,
  write: async (path, content) => {
    fence();
    return archives.write(path, content);
  },
});

/** Where a question changes something: a late owner loads nothing into a router, and unloads nothing. */
export const fencedPosts = (http: ServerHttp, fence: Fence): ServerHttp => ({
  ...http,
  post: async (url, body, limit, signal) => {
    fence();
    return http.post(url, body, limit, signal);
  },
});

/** A late owner starts nothing, stops nothing, and hence rolls no switch back. */
export function fencedRuntime(runtime: Runtime, fence: Fence): Runtime {
  const fenced = (server: RunningServer): RunningServer => ({
    ...server,
    end: async (grace, signal) => {
      fence();
      return server.end(grace, signal);
    },
    stop: async (grace, signal) => {
      fence();
      return server.stop(grace, signal);
    },
  });
  return {
    ...runtime,
    create: async (spec, signal) => {
      fence();
      const created = await runtime.create(spec, signal);
      return {
        create: created.create,
        start: async (given) => {
          fence();
          const started = await created.start(given);
          return { ...started, server: fenced(started.server) };
        },
        remove: async () => {
          fence();
          return created.remove();
        },
      };
    },
    start: async (spec, signal) => {
      fence();
      const started = await runtime.start(spec, signal);
      return { ...started, server: fenced(started.server) };
    },
    list: async (signal) => (await runtime.list(signal)).map(fenced),
  };
}
