import { spawn } from "node:child_process";
import { chmod, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Available, reasonOf, say, unavailable } from "./available.ts";
import { cached, exists } from "./cache-folder.ts";
import { must, onPath, run } from "./command.ts";
import { unpackPackages } from "./debian.ts";
import { type Engine, askEngine, hasImage } from "./engine-api.ts";
import { findEngine } from "./engine.ts";

const IMAGE = "local/llama-server:test";
const SUITE = "forky";
/** What llama-server and ggml's CPU back ends are linked with; busybox gives the image a shell and a wget. */
const PACKAGES = [
  "llama.cpp-tools",
  "libllama0",
  "libggml0",
  "libc6",
  "libgcc-s1",
  "libstdc++6",
  "libgomp1",
  "libssl3t64",
  "libzstd1",
  "zlib1g",
  "busybox-static",
];

/** A container image with a real llama-server, in the engine given or found. */
export async function llamaImage(engine?: Engine): Promise<Available<{ readonly image: string }>> {
  const into = engine ?? (await found());
  if ("ok" in into) return into;
  try {
    if (!(await hasImage(into, IMAGE))) await buildImage(into);
    return { ok: true, image: IMAGE };
  } catch (error) {
    return unavailable(`the image of llama-server cannot be made here (${reasonOf(error)})`);
  }
}

/** The same program without a container: what is on PATH, else Debian's packages, run by their own loader. */
export async function nativeLlamaServer(): Promise<Available<{ readonly binary: string }>> {
  const installed = await onPath("llama-server");
  if (installed !== undefined && (await run(installed, ["--version"])).code === 0)
    return { ok: true, binary: installed };
  if (process.platform !== "linux") return unavailable("no llama-server is on PATH");
  try {
    const binary = path.join(await llamaTree(), "llama-server");
    await must(binary, ["--version"]);
    return { ok: true, binary };
  } catch (error) {
    return unavailable(`no llama-server is on PATH, and Debian's cannot be had (${reasonOf(error)})`);
  }
}

async function found(): Promise<Engine | { readonly ok: false; readonly reason: string }> {
  const engine = await findEngine();
  return engine.ok ? engine.engine : engine;
}

/** A folder with `rootfs/` and the script `llama-server`, which runs it on this machine. */
function llamaTree(): Promise<string> {
  return cached(`llama-${SUITE}-1`, async (folder) => {
    for (const tool of ["apt-get", "dpkg-deb"])
      if ((await onPath(tool)) === undefined) throw new Error(`there is no ${tool}`);
    say(`fetching llama-server from Debian's ${SUITE} (once, into the cache folder)`);
    await unpackPackages(SUITE, PACKAGES, folder);
    await trim(path.join(folder, "rootfs"));
    await writeRunner(folder);
  });
}

async function trim(root: string): Promise<void> {
  for (const folder of ["etc", "proc", "sys", "dev", "tmp", "models", "root"])
    await mkdir(path.join(root, folder), { recursive: true });
  await chmod(path.join(root, "tmp"), 0o1777);
  await writeFile(path.join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
  await writeFile(path.join(root, "etc/group"), "root:x:0:\n");
  for (const applet of ["sh", "cat", "ls", "wget", "sleep", "env", "kill", "ps"])
    if (!(await exists(path.join(root, "usr/bin", applet))))
      await symlink("busybox", path.join(root, "usr/bin", applet));
  // What a server never reads.
  for (const folder of ["usr/share", "usr/lib/systemd", "etc/init.d", "var"])
    await rm(path.join(root, folder), { recursive: true, force: true });
  const libraries = await librariesOf(root);
  await rm(path.join(libraries, "gconv"), { recursive: true, force: true });
  for (const tool of await readdir(path.join(root, "usr/bin")))
    if (tool.startsWith("llama-") && tool !== "llama-server") await rm(path.join(root, "usr/bin", tool));
  // ggml looks for its back ends beside the running program too, and that is the loader where the script below starts it.
  const backends = path.join(libraries, "ggml/backends0");
  for (const file of await readdir(backends)) await symlink(`ggml/backends0/${file}`, path.join(libraries, file));
}

/** This machine's C library may be older than the one of the packages, so the program is run by its own loader. */
async function writeRunner(folder: string): Promise<void> {
  const libraries = path.relative(folder, await librariesOf(path.join(folder, "rootfs")));
  const loader = (await readdir(path.join(folder, libraries))).find((name) => /^ld-linux.*\.so\.\d$/.test(name));
  const script = [
    "#!/bin/sh",
    'here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)',
    `lib=$here/${libraries}`,
    `exec "$lib/${loader ?? ""}" --library-path "$lib:$lib/llama" "$here/rootfs/usr/bin/llama-server" "$@"`,
    "",
  ].join("\n");
  await writeFile(path.join(folder, "llama-server"), script, { mode: 0o755 });
}

async function librariesOf(root: string): Promise<string> {
  const triple = (await readdir(path.join(root, "usr/lib"))).find((name) => name.endsWith("-linux-gnu"));
  if (triple === undefined) throw new Error("the packages hold no libraries");
  return path.join(root, "usr/lib", triple);
}

async function buildImage(engine: Engine): Promise<void> {
  const tree = await llamaTree();
  say(`making the image ${IMAGE}`);
  // 503 while the model loads makes wget fail, so "starting" lasts until it is ready.
  const changes = [
    'ENTRYPOINT ["/usr/bin/llama-server"]',
    "ENV LLAMA_ARG_HOST=0.0.0.0",
    "ENV LLAMA_ARG_PORT=8080",
    "EXPOSE 8080",
    'HEALTHCHECK --interval=2s --timeout=2s --start-period=300s --retries=3 CMD ["/bin/busybox","wget","-q","-O","/dev/null","http://127.0.0.1:8080/health"]',
  ];
  const [repo = "", tag = ""] = IMAGE.split(":");
  const query = new URLSearchParams([
    ["fromSrc", "-"],
    ["repo", repo],
    ["tag", tag],
    ...changes.map((change) => ["changes", change]),
  ]);
  const tar = spawn(
    "tar",
    [
      "-C",
      path.join(tree, "rootfs"),
      "--sort=name",
      "--owner=0",
      "--group=0",
      "--numeric-owner",
      "--mtime=@0",
      "-c",
      ".",
    ],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const { status, text } = await askEngine(engine.host, "POST", `/images/create?${query.toString()}`, {
    body: tar.stdout,
    timeout: 120_000,
  });
  if (status !== 200 || text.includes('"error"')) throw new Error(`the engine refused it: ${text.slice(0, 300)}`);
}
