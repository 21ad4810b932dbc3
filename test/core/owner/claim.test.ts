import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { claimOwnership } from "../../../src/core/adapters/owner-claim.ts";
import { ownerGenerations, parseCard, parseOwnerRecord } from "../../../src/core/owner/claim.ts";
import { isFault } from "../../../src/core/util/faults.ts";

/** A process that waits to claim a folder. */
interface Claimant {
  readonly child: ChildProcess;
  readonly closed: Promise<unknown>;
  /** Lets it go, and says what it says. */
  claim(): Promise<string>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

suite("ownership of a data folder", function () {
  this.timeout(180_000);
  let folder = "";
  const started: Claimant[] = [];
  setup(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-owner-"));
  });
  teardown(async () => {
    await Promise.all(started.splice(0).map((one) => one.kill()));
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (then: "hold" | "leave" = "hold", env: NodeJS.ProcessEnv = {}): Promise<Claimant> => {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, "claimant.ts"), folder, then], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...env },
    });
    const closed = once(child, "close");
    let said = "";
    const waiting: (() => void)[] = [];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      for (const wake of waiting.splice(0)) wake();
    });
    const line = async (number: number): Promise<string> => {
      while (said.split("\n").length <= number + 1)
        await Promise.race([new Promise<void>((wake) => waiting.push(wake)), closed]);
      return said.split("\n")[number] ?? "";
    };
    await line(0);
    const claimant: Claimant = {
      child,
      closed,
      claim: () => {
        child.stdin.write("go\n");
        return line(1);
      },
      kill: async (signal = "SIGKILL") => {
        if (child.exitCode === null && child.signalCode === null) child.kill(signal);
        await closed;
      },
    };
    started.push(claimant);
    return claimant;
  };

  test("the first one gets generation 1, with a folder and a file for this user alone", async () => {
    const place = path.join(folder, "a", "data");
    const owner = await claimOwnership({ folder: place });
    assert.equal(owner.generation, 1);
    if (process.platform !== "win32") {
      assert.equal((await stat(place)).mode & 0o777, 0o700);
      assert.equal((await stat(path.join(place, "owner-1"))).mode & 0o777, 0o600);
    }
    await owner.release();
  });

  test("while one lives another process is refused, and told who it is", async () => {
    const owner = await start();
    assert.equal(await owner.claim(), "owner 1");
    await assert.rejects(claimOwnership({ folder }), (error) => {
      assert.ok(isFault(error, "locked"));
      assert.equal(error.fault.pid, owner.child.pid);
      return true;
    });
    const other = await start("leave");
    assert.equal(await other.claim(), `locked ${owner.child.pid}`);
  });

  test("it is refused in the same process too, and through a link to the folder", async () => {
    const owner = await claimOwnership({ folder });
    await assert.rejects(claimOwnership({ folder }), (error) => isFault(error, "locked"));
    const linked = `${folder}-link`;
    await symlink(folder, linked, "junction");
    await assert.rejects(claimOwnership({ folder: linked }), (error) => isFault(error, "locked"));
    await rm(linked);
    await owner.release();
    const again = await claimOwnership({ folder });
    assert.equal(again.generation, 2);
    await again.release();
  });

  test("an owner that was killed is succeeded at once, by a higher generation, and leaves nothing behind", async () => {
    for (const generation of [1, 2, 3]) {
      const owner = await start();
      assert.equal(await owner.claim(), `owner ${generation}`);
      await owner.kill();
    }
    const owner = await claimOwnership({ folder });
    assert.equal(owner.generation, 4);
    assert.deepEqual(await readdir(folder), ["owner-4"]);
    await owner.release();
  });

  test("of many that claim at the same moment exactly one wins, after a killed owner too", async () => {
    for (const round of [1, 2, 3]) {
      const claimants = await Promise.all(Array.from({ length: 6 }, () => start()));
      const said = await Promise.all(claimants.map((claimant) => claimant.claim()));
      const winner = claimants[said.findIndex((line) => line.startsWith("owner"))];
      const expected = said.map((line) => (line.startsWith("owner") ? "owner" : `locked ${winner?.child.pid}`));
      assert.deepEqual(
        said.map((line) => line.replace(/^owner \d+$/, "owner")),
        expected,
        `round ${round}`,
      );
      assert.equal(said.filter((line) => line.startsWith("owner")).length, 1, said.join());
      await Promise.all(claimants.map((claimant) => claimant.kill()));
    }
  });

  test("an owner that is stopped still owns", async function () {
    if (process.platform === "win32") return this.skip();
    const owner = await start();
    await owner.claim();
    owner.child.kill("SIGSTOP");
    await assert.rejects(claimOwnership({ folder }), (error) => {
      assert.ok(isFault(error, "locked"));
      assert.equal(error.fault.pid, owner.child.pid);
      return true;
    });
  });

  test("it does not keep its process alive", async () => {
    const owner = await start("leave");
    assert.equal(await owner.claim(), "owner 1");
    await owner.closed;
    assert.equal(owner.child.exitCode, 0);
  });

  test("whoever has another runtime folder, a long one, or one that is open to others, finds the owner all the same", async function () {
    if (process.platform === "win32") return this.skip();
    const long = path.join(folder, "x".repeat(120));
    const open = path.join(folder, "open");
    await mkdir(long);
    await mkdir(path.join(open, `modeldeck-${process.getuid?.()}`), { recursive: true });
    await chmod(path.join(open, `modeldeck-${process.getuid?.()}`), 0o777);
    for (const runtime of [long, open]) {
      const owner = await start("hold", { XDG_RUNTIME_DIR: runtime });
      assert.match(await owner.claim(), /^owner/);
      const name = (await readdir(folder)).find((one) => one.startsWith("owner-")) ?? "";
      const record = parseOwnerRecord(await readFile(path.join(folder, name), "utf8"));
      assert.ok(record && Buffer.byteLength(record.socket) < 100 && !record.socket.startsWith(open), record?.socket);
      assert.equal((await stat(path.dirname(record.socket))).mode & 0o777, 0o700);
      await assert.rejects(claimOwnership({ folder }), (error) => isFault(error, "locked"));
      await owner.kill();
    }
  });

  test("the generation is above the registry's files too, where those of the owners are lost", async () => {
    await mkdir(path.join(folder, "journal"));
    await writeFile(path.join(folder, "journal/7.jsonl"), "");
    const owner = await claimOwnership({ folder });
    assert.equal(owner.generation, 8);
    await owner.release();
  });

  test("an owner's file of which nothing can be read belongs to nobody who lives", async () => {
    await writeFile(path.join(folder, "owner-3"), "garbage");
    const owner = await claimOwnership({ folder });
    assert.equal(owner.generation, 4);
    await owner.release();
  });

  test("whoever knocks is told one line: process, generation, version", async () => {
    const owner = await claimOwnership({ folder, version: "1.2.3" });
    const record = parseOwnerRecord(await readFile(path.join(folder, "owner-1"), "utf8"));
    const connection = net.connect(record?.socket ?? "");
    const said: string[] = [];
    connection.setEncoding("utf8").on("data", (text: string) => void said.push(text));
    await once(connection, "end");
    assert.deepEqual(parseCard(said.join("").trimEnd()), {
      pid: process.pid,
      generation: 1,
      version: "1.2.3",
      wire: 0,
      nonce: "",
    });
    await owner.release();
  });

  test("names and lines that are none of ours are passed over", () => {
    assert.deepEqual(ownerGenerations(["owner-2", "owner-10", "owner-x", ".owner-3.new", "xowner-4"]), [10, 2]);
    for (const text of ["", "{", "[]", "null", '{"pid":"1","generation":1,"version":""}'])
      assert.equal(parseCard(text), undefined);
    assert.equal(parseOwnerRecord('{"pid":1}'), undefined);
  });
});
