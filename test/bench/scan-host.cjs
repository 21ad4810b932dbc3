"use strict";
// The thread that scans are asked in, as the deck's: workerData has the bundle's path and the options of its scan thread.
// Takes { id, verb, args } and answers { id, answer } | { id, error }.
const { parentPort, workerData } = require("node:worker_threads");

const never = new AbortController().signal;
const scanner = require(workerData.bundle).createScanThread({ ...workerData.options, log: { warn: console.error } });
const verbs = {
  /** What is told of it across is what the measurement looks at; the models stay where they were asked for. */
  scan: async (ask) => {
    const { models, files, folders, unchanged } = await scanner.scan(ask, () => undefined, never);
    return { models: models.length, files, folders, unchanged };
  },
  ofSizes: async (roots, sizes) => (await scanner.ofSizes(roots, sizes, never)).length,
  heads: async (paths) => (await scanner.heads(paths, never)).size,
  close: () => scanner.close(),
};
parentPort.on("message", ({ id, verb, args }) => {
  verbs[verb](...args).then(
    (answer) => parentPort.postMessage({ id, answer }, []),
    (error) => parentPort.postMessage({ id, error: String(error) }, []),
  );
});
