"use strict";
// VS Code loads this file into the extension host. It runs mocha over the files it is told of, and sends what mocha
// prints and what came out, line by line, to the process that started VS Code.
const net = require("node:net");
const util = require("node:util");

exports.run = async () => {
  const job = JSON.parse(process.env.MODELDECK_HOST_TESTS);
  const socket = await new Promise((resolve, reject) => {
    const connecting = net.connect(job.port, "127.0.0.1", () => resolve(connecting));
    connecting.once("error", reject);
  });
  const send = (message) => socket.write(`${JSON.stringify(message)}\n`);
  const print = (...args) => send({ print: util.format(...args) });
  const loaded = require(job.mocha);
  const Mocha = loaded.default ?? loaded;
  Mocha.reporters.Base.consoleLog = print;
  Mocha.reporters.Base.useColors = job.colors;
  // The extension host's console ignores assignments to its methods: they are defined anew, and put back.
  const methods = ["log", "info", "warn", "error"];
  const before = methods.map((name) => [name, Object.getOwnPropertyDescriptor(console, name)]);
  for (const name of methods)
    Object.defineProperty(console, name, { value: print, writable: true, configurable: true, enumerable: true });
  try {
    const mocha = new Mocha({
      ui: "tdd",
      timeout: job.timeout,
      reporter: "spec",
      forbidOnly: true,
      ...(job.grep ? { grep: job.grep } : {}),
    });
    for (const file of job.files) mocha.addFile(file);
    await mocha.loadFilesAsync();
    const failures = await new Promise((resolve) => {
      const runner = mocha.run(resolve);
      const failed = [];
      runner.on("fail", (test, error) =>
        failed.push({ title: test.fullTitle(), error: String(error?.stack ?? error), file: "window" }),
      );
      const titles = [];
      runner.on("pass", (test) => titles.push(test.fullTitle()));
      runner.on("end", () => {
        const { passes: passed, pending: skipped } = runner.stats;
        send({ result: { passed, skipped, failed, files: { window: { passed: titles, skipped } } } });
      });
    });
    if (failures > 0) throw new Error(`${failures} failed`);
  } finally {
    for (const [name, descriptor] of before) if (descriptor) Object.defineProperty(console, name, descriptor);
    await new Promise((resolve) => socket.end(resolve));
  }
};
