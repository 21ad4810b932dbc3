"use strict";
const net = require("node:net");
const vm = require("node:vm");
const vscode = require("vscode");

/** Runs each function that the test process sends, with VS Code's API, and sends back what it answers as JSON. */
exports.activate = () => {
  const port = Number(process.env.MODELDECK_BRIDGE_PORT);
  if (!port) return;
  const socket = net.connect(port, "127.0.0.1");
  socket.on("error", () => {});
  const send = (message) => socket.write(`${JSON.stringify(message)}\n`);
  send({ pid: process.pid, folders: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath) });
  let rest = "";
  socket.setEncoding("utf8").on("data", (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) void answer(JSON.parse(line));
  });
  const answer = async ({ id, code, args }) => {
    try {
      const deed = vm.compileFunction(`return (${code})(vscode, ...args)`, ["vscode", "require", "args"]);
      const value = await deed(vscode, require, args);
      send({ id, value: value ?? null });
    } catch (error) {
      send({ id, error: String(error?.message ?? error), errorCode: error?.code });
    }
  };
};
