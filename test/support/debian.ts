import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Available, reasonOf, say, unavailable } from "./available.ts";
import { exists } from "./cache-folder.ts";
import { must, onPath, run } from "./command.ts";

const quiet = { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
const patient = ["-q", "-y", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"];

/** Whether this machine's own packages can be installed here. */
export async function canInstall(): Promise<Available<object>> {
  if (!(await exists("/etc/debian_version")) || (await onPath("apt-get")) === undefined)
    return unavailable("this is not a Debian");
  if (process.getuid?.() !== 0) return unavailable("installing packages takes root");
  return { ok: true };
}

let listed: Promise<unknown> | undefined;

/** Installs packages of this machine's own Debian, and says so first. */
export async function aptInstall(packages: readonly string[], purpose: string): Promise<Available<object>> {
  const can = await canInstall();
  if (!can.ok) return can;
  say(`installing ${packages.join(", ")} with apt-get: ${purpose}`);
  try {
    listed ??= must("apt-get", [...patient, "update"], { env: quiet });
    await listed;
    await must("apt-get", [...patient, "install", "--no-install-recommends", ...packages], { env: quiet });
    return { ok: true };
  } catch (error) {
    return unavailable(`apt-get cannot install ${packages.join(", ")} (${reasonOf(error)})`);
  }
}

export const aptKnows = async (name: string): Promise<boolean> =>
  (await run("apt-cache", ["show", name], { env: quiet })).stdout.includes(`Package: ${name}`);

/**
 * Unpacks packages of another suite of the mirror this machine uses, into a folder of ours. Apt's own state is not
 * touched, and no root is needed.
 */
export async function unpackPackages(suite: string, packages: readonly string[], into: string): Promise<void> {
  const work = path.join(into, "apt");
  for (const folder of ["lists/partial", "cache/archives/partial", "debs"])
    await mkdir(path.join(work, folder), { recursive: true });
  await writeFile(path.join(work, "status"), "");
  await writeFile(path.join(work, "sources.list"), `deb ${await keyring()}${await mirror()} ${suite} main\n`);
  const apart = Object.entries({
    "Dir::Etc::sourcelist": path.join(work, "sources.list"),
    "Dir::Etc::sourceparts": "-",
    "Dir::Etc::preferences": "-",
    "Dir::Etc::preferencesparts": "-",
    "Dir::State::lists": path.join(work, "lists"),
    "Dir::State::status": path.join(work, "status"),
    "Dir::Cache": path.join(work, "cache"),
    "Acquire::Languages": "none",
    "APT::Sandbox::User": "root",
  }).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  await must("apt-get", [...patient, ...apart, "update"], { env: quiet });
  await must("apt-get", [...patient, ...apart, "download", ...packages], { env: quiet, cwd: path.join(work, "debs") });
  const root = path.join(into, "rootfs");
  // Debian's merged layout, which packages of today take for granted.
  for (const folder of ["bin", "sbin", "lib", "lib64"])
    await mkdir(path.join(root, "usr", folder), { recursive: true });
  for (const folder of ["bin", "sbin", "lib", "lib64"])
    await must("ln", ["-s", `usr/${folder}`, path.join(root, folder)]);
  for (const deb of await readdir(path.join(work, "debs")))
    await must("dpkg-deb", ["--extract", path.join(work, "debs", deb), root]);
  await must("rm", ["-rf", work]);
}

/** @throws Error where apt has no Debian archive in its lists */
async function mirror(): Promise<string> {
  const targets = async (): Promise<string | undefined> =>
    (
      await must("apt-get", ["indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)", "Created-By: Packages"], {
        env: quiet,
      })
    )
      .split("\n")
      .map((line) => line.split("|"))
      .find(([origin, label]) => origin === "Debian" && label === "Debian")?.[2];
  let found = await targets();
  if (found === undefined && (await canInstall()).ok) {
    await must("apt-get", [...patient, "update"], { env: quiet });
    found = await targets();
  }
  if (found === undefined) throw new Error("apt knows no Debian archive (apt-get update was never run)");
  return found;
}

async function keyring(): Promise<string> {
  for (const ending of ["pgp", "gpg"]) {
    const file = `/usr/share/keyrings/debian-archive-keyring.${ending}`;
    if (
      await readFile(file).then(
        () => true,
        () => false,
      )
    )
      return `[signed-by=${file}] `;
  }
  return "";
}
