import assert from "node:assert/strict";
import { dockerAddresses } from "../../../src/core/adapters/docker-address.ts";

const nobody = { read: () => undefined, has: () => false };

/** @param there the sockets that exist; undefined: all that are looked for */
const looked = (platform: string, environment: Record<string, string>, there?: readonly string[]): readonly string[] =>
  dockerAddresses(undefined, environment, nobody, {
    platform,
    home: "/home/me",
    uid: 1000,
    exists: (file) => there?.includes(file) ?? true,
  }).map(({ name }) => name);

suite("engines that nobody named", () => {
  for (const [what, platform, environment, socket] of [
    ["Docker", "linux", {}, "/var/run/docker.sock"],
    ["rootless Docker", "linux", { XDG_RUNTIME_DIR: "/run/user/7" }, "/run/user/7/docker.sock"],
    ["rootless Docker without the session's variable", "linux", {}, "/run/user/1000/docker.sock"],
    ["Docker Desktop on Linux", "linux", {}, "/home/me/.docker/desktop/docker.sock"],
    ["Docker Desktop on a Mac", "darwin", {}, "/home/me/.docker/run/docker.sock"],
    ["OrbStack", "darwin", {}, "/home/me/.orbstack/run/docker.sock"],
    ["Colima", "darwin", {}, "/home/me/.colima/default/docker.sock"],
    ["Colima by XDG", "linux", {}, "/home/me/.config/colima/default/docker.sock"],
    ["Colima by XDG elsewhere", "darwin", { XDG_CONFIG_HOME: "/x" }, "/x/colima/default/docker.sock"],
    ["Colima in a home of its own", "darwin", { COLIMA_HOME: "/colima" }, "/colima/default/docker.sock"],
    ["Lima's docker machine", "darwin", {}, "/home/me/.lima/docker/sock/docker.sock"],
    ["Rancher Desktop", "darwin", {}, "/home/me/.rd/docker.sock"],
    ["rootless Podman", "linux", { XDG_RUNTIME_DIR: "/run/user/7" }, "/run/user/7/podman/podman.sock"],
    ["Podman of root", "linux", {}, "/run/podman/podman.sock"],
    ["Podman by its own variable", "linux", { CONTAINER_HOST: "unix:///my/podman.sock" }, "/my/podman.sock"],
    ["Podman's machine", "darwin", {}, "/home/me/.local/share/containers/podman/machine/podman.sock"],
    ["Podman's machine since 5", "darwin", { TMPDIR: "/var/t/" }, "/var/t/podman/podman-machine-default-api.sock"],
  ] as const)
    test(`${what} is found at ${socket}`, () =>
      assert.deepEqual(looked(platform, environment, [socket]), [`unix://${socket}`]));

  test("on Windows the pipes of Docker, Docker Desktop and Podman are tried", () => {
    assert.deepEqual(looked("win32", {}, []), [
      "npipe:////./pipe/docker_engine",
      "npipe:////./pipe/dockerDesktopLinuxEngine",
      "npipe:////./pipe/podman-machine-default",
    ]);
  });

  test("Docker's own come first, Podman's last, each once", () => {
    const all = looked("linux", { COLIMA_HOME: "/home/me/.colima" });
    assert.equal(new Set(all).size, all.length);
    assert.equal(all[0], "unix:///var/run/docker.sock");
    assert.ok(all.slice(-4).every((name) => name.includes("podman")));
  });

  test("where none is there, none is tried", () => assert.deepEqual(looked("linux", {}, []), []));
});
