import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { nodeFiles } from "../../../../src/core/adapters/node-files.ts";
import { shellWords } from "../../../../src/core/serving/compose/command-words.ts";
import { interpolate } from "../../../../src/core/serving/compose/interpolate.ts";
import { createProfileBook } from "../../../../src/core/serving/create-profile-book.ts";
import { readSettings } from "../../../../src/core/settings.ts";

const { signal } = new AbortController();

suite("a compose file beside models.conf", () => {
  let folder: string;
  setup(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-compose-"));
  });
  teardown(() => rm(folder, { recursive: true }));
  const write = (name: string, text: string): Promise<void> => writeFile(path.join(folder, name), text);
  const bookOf = (environment: Readonly<Record<string, string>> = {}) => {
    const values = { "profiles.files": [path.join(folder, "models.conf")], weightsRoot: "/weights" };
    return createProfileBook({ files: nodeFiles, settings: () => readSettings(values, folder).settings, environment });
  };

  const variables = new Map([
    ["A", "1"],
    ["EMPTY", ""],
  ]);
  for (const [text, wanted] of [
    ["$A-${A}", "1-1"],
    ["${B:-x}${B-y}${EMPTY:-z}${EMPTY-no}", "xyz"],
    ["${B:-${A}}", "1"],
    ["${A:+there}${B:+not}", "there"],
    ["$$A ${", "$A ${"],
    ["${B:-a:b/c}", "a:b/c"],
  ] as const)
    test(`${text} becomes ${wanted}`, () => assert.equal(interpolate(text, variables), wanted));

  test("a command is split as a shell does, variables left whole", () =>
    assert.deepEqual(shellWords(`-m "/m/\${MODEL}" -c \${CTX:-1 2} 'a b'\\ c \\\n --x`), [
      "-m",
      "/m/${MODEL}",
      "-c",
      "${CTX:-1 2}",
      "a b c",
      "--x",
    ]));

  test("the service's image, port, GPUs, volumes, environment and command become the profile's", async () => {
    await write("models.conf", '[q]\nMODEL=q.gguf\nCTX_SIZE=4096\nEXTRA_ARGS=-ot "\\.x=CPU"\nTAG=v2\n');
    await write(".env", "TAG=v1\nHOST_PORT=9001 # note\nQUOTED='a b'\n");
    await write(
      "docker-compose.yml",
      `services:
  db: { image: postgres }
  llama:
    image: acme/llama:\${TAG:-latest}
    restart: always
    command: -m /models/\${MODEL} -c \${CTX_SIZE:-2048} \${EXTRA_ARGS} --name "\${QUOTED}"
    ports: ["127.0.0.1:\${HOST_PORT:-8080}:8080"]
    volumes:
      - /weights:/models:ro
      - ./templates:/templates
      - cache:/root/.cache
    environment:
      - LLAMA_ARG_THREADS=\${THREADS:-4}
      - TAG
    deploy:
      resources:
        reservations:
          devices: [{ driver: nvidia, device_ids: [GPU-7], capabilities: [gpu] }]
`,
    );
    const book = bookOf();
    const { profiles, problems } = await book.list(signal);
    assert.deepEqual(
      problems.map(({ line, problem }) => [line, problem.split(":")[0]]),
      [[5, "restart of the service llama has no effect"]],
    );
    assert.ok(profiles[0]?.problems.some(({ problem }) => problem.includes("The volume cache")));
    const server = await book.find("q", signal);
    assert.equal(server.image, "acme/llama:v2");
    assert.deepEqual(server.extraArgs, ["-c", "4096", "-ot", '"\\.x=CPU"', "--name", "a b"]);
    assert.deepEqual([server.port, server.gpus], [9001, ["GPU-7"]]);
    assert.deepEqual(server.environment, { TAG: "v2", LLAMA_ARG_THREADS: "4" });
    assert.deepEqual(server.mounts, [{ source: path.join(folder, "templates"), target: "/templates" }]);
    assert.deepEqual(server.compose, {
      file: path.join(folder, "docker-compose.yml"),
      service: "llama",
      envFile: path.join(folder, ".env"),
      variables: { MODEL: "q.gguf", CTX_SIZE: "4096", EXTRA_ARGS: '-ot "\\.x=CPU"', TAG: "v2" },
      built: false,
    });
  });

  test("devices and groups are the container's, and every key without effect is told once, at its own line", async () => {
    await write("models.conf", "[q]\nMODEL=q.gguf\nCARD=renderD129\n[r]\nMODEL=r.gguf\n");
    await write(
      "compose.yaml",
      `x-base: &base
  shm_size: 1g
services:
  srv:
    <<: *base
    image: one
    init: true
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    devices:
      - /dev/kfd
      - /dev/dri/\${CARD:-renderD128}:/dev/dri/card:rw
      - { source: /dev/accel0, permissions: r }
      - amd.com/gpu=0
      - ./not/one
      - /dev/.
      - /dev//
      - /dev/dri/../../etc/passwd
      - "/dev/a\\n/../sda"
    group_add: [video, 110]
    privileged: true
    ulimits: { memlock: -1 }
    __proto__: one
    x-note: none
    deploy:
      resources:
        limits: { memory: 8g }
`,
    );
    const book = bookOf();
    const { problems, profiles } = await book.list(signal);
    assert.deepEqual(
      problems.map(({ file, line, problem, severity }) => [path.basename(file), line, problem.split(" ")[0], severity]),
      [
        ["compose.yaml", 4, "shm_size", "warning"],
        ["compose.yaml", 21, "privileged", "warning"],
        ["compose.yaml", 22, "ulimits", "warning"],
        ["compose.yaml", 23, "__proto__", "warning"],
        ["compose.yaml", 25, "deploy", "warning"],
      ],
    );
    assert.match(problems[1]?.problem ?? "", /never given.* devices and group_add/);
    for (const { problems: own } of profiles)
      assert.deepEqual(
        own.map(({ problem }) => problem).filter((problem) => !problem.endsWith("is not there")),
        ["./not/one", "/dev/.", "/dev//", "/dev/dri/../../etc/passwd", "/dev/a\n/../sda"]
          .map((source) => `The device ${source} is no file below /dev, and is left out`)
          .concat(own.flatMap(({ problem }) => (problem.startsWith("CARD") ? [problem] : []))),
      );
    const { devices, groups } = await book.find("q", signal);
    assert.deepEqual(
      devices?.map(({ source, target, permissions }) => `${source} ${target} ${permissions}`),
      [
        "/dev/kfd /dev/kfd rwm",
        "/dev/dri/renderD129 /dev/dri/card rw",
        "/dev/accel0 /dev/accel0 r",
        "amd.com/gpu=0 amd.com/gpu=0 rwm",
      ],
    );
    assert.deepEqual(groups, ["video", "110"]);
    assert.equal((await book.find("r", signal)).devices?.[1]?.source, "/dev/dri/renderD128");
  });

  test("a variable without a value is handed on from outside as Compose does, and is none where there is none", async () => {
    await write("models.conf", "[q]\nMODEL=q.gguf\nMINE=of the profile\n");
    await write(
      ".env",
      "FILE=of the file\nBOTH=of the file\nMINE=of the file\nHF_TOKEN=of the file\nDOLLAR='$x'\nEMPTY=\n",
    );
    const environment = {
      SHELL_ONLY: "of the shell",
      BOTH: "of the shell",
      MINE: "of the shell",
      HF_TOKEN: "hf_secret",
    };
    const wanted = {
      MINE: "of the profile",
      FILE: "of the file",
      BOTH: "of the shell",
      SHELL_ONLY: "of the shell",
      HF_TOKEN: "of the file",
      DOLLAR: "$x",
      EMPTY: "",
    };
    const names = [...Object.keys(wanted), "NOWHERE", "constructor"];
    for (const written of [`[${names.join(", ")}]`, `\n${names.map((name) => `      ${name}:`).join("\n")}`]) {
      await write("compose.yaml", `services:\n  srv:\n    image: one\n    environment: ${written}\n`);
      const book = bookOf(environment);
      const { profiles, problems } = await book.list(signal);
      assert.deepEqual(
        [...problems, ...(profiles[0]?.problems ?? [])].filter(({ problem }) => !problem.endsWith("is not there")),
        [],
      );
      const profile = await book.find("q", signal);
      assert.deepEqual(profile.environment, wanted);
      // As Compose has it, not even what the image sets.
      assert.deepEqual(profile.unset, ["NOWHERE", "constructor"]);
    }
  });

  test("what looks like a secret is not taken from our own environment, where it would be shown, and that is said", async () => {
    await write("models.conf", "[q]\nMODEL=q.gguf\n");
    await write("compose.yaml", "services:\n  srv:\n    image: one\n    environment: [HF_TOKEN, OTHER_TOKEN]\n");
    const book = bookOf({ HF_TOKEN: "hf_secret" });
    const { profiles } = await book.list(signal);
    assert.deepEqual(
      profiles[0]?.problems.flatMap(({ problem }) => (problem.includes("TOKEN") ? [problem] : [])),
      ["HF_TOKEN looks like a secret, and is handed on from .env alone: write it there"],
    );
    assert.ok(!JSON.stringify(await book.show("q", signal)).includes("hf_secret"));
    assert.deepEqual((await book.find("q", signal)).unset, ["HF_TOKEN", "OTHER_TOKEN"]);
  });

  test("what would be the machine itself is left out, and told: its folders, engines' sockets, disks, memory", async () => {
    await write("models.conf", "[q]\nMODEL=q.gguf\n");
    const never = [
      "/",
      "//",
      "/var",
      "/run",
      "/etc/",
      "/models/../proc/1",
      "/var/run/docker.sock",
      "/run/user/1000/podman/podman.sock",
      "/home/ada/.colima/default/docker.sock",
      "/var/lib/docker/volumes",
    ];
    const disks = ["/dev/sda", "/dev/nvme0n1", "/dev/mem", "/dev/mapper/home"];
    const lines = (of: readonly string[]): string => of.map((one) => `      - ${one}`).join("\n");
    const volumes = [
      ...never.map((one) => `${one}:/x`),
      "/varied:/a",
      "/data/etc:/b",
      "/run/media/ada/models:/d",
      "./loras:/c",
    ];
    await write(
      "compose.yaml",
      `services:\n  srv:\n    image: one\n    volumes:\n${lines(volumes)}\n    devices:\n${lines([...disks, "/dev/memo"])}\n`,
    );
    const book = bookOf();
    const { profiles } = await book.list(signal);
    assert.deepEqual(
      profiles[0]?.problems.flatMap(({ problem }) => (problem.includes("never given") ? [problem] : [])),
      [
        ...never.map((one) => `The volume ${one} is never given to a server, and is left out`),
        ...disks.map((one) => `The device ${one} is never given to a server, and is left out`),
      ],
    );
    const { mounts, devices } = await book.find("q", signal);
    assert.deepEqual(
      mounts?.map(({ source, target }) => [path.basename(source), target]),
      [
        ["varied", "/a"],
        ["etc", "/b"],
        ["models", "/d"],
        ["loras", "/c"],
      ],
    );
    assert.deepEqual(
      devices?.map(({ source }) => source),
      ["/dev/memo"],
    );
  });

  test("without a command the keys become arguments; a build names its image as Compose would", async () => {
    await write("models.conf", "[q]\nMODEL=q.gguf\nCTX_SIZE=4096\n");
    await write("compose.yaml", "name: My Box\nservices:\n  srv:\n    build: .\n    gpus: all\n");
    const server = await bookOf().find("q", signal);
    assert.deepEqual(
      [server.image, server.compose?.built, server.context, server.gpus],
      ["mybox-srv", true, 4096, undefined],
    );
    assert.deepEqual(server.extraArgs, []);
  });

  test("one that cannot be used says so, and the profiles go on without it", async () => {
    await write("models.conf", "[q]\nMODEL=q.gguf\n");
    await write("compose.yaml", "services:\n  a: [\n");
    const book = bookOf();
    const { problems } = await book.list(signal);
    assert.deepEqual(
      problems.map(({ file, severity }) => [path.basename(file), severity]),
      [["compose.yaml", "warning"]],
    );
    assert.equal((await book.find("q", signal)).compose, undefined);
  });

  test("ROUTER names a router where there is no compose file, and is a variable of one as before", async () => {
    await write("models.conf", "[q]\nMODEL=q.gguf\nROUTER=fast\n[r]\nMODEL=q.gguf\nROUTER=Not One\n");
    const book = bookOf();
    assert.equal((await book.find("q", signal)).router, "fast");
    const { profiles } = await book.list(signal);
    assert.deepEqual(
      profiles.map(({ router, problems }) => [
        router,
        problems.filter(({ problem }) => problem.startsWith("ROUTER")).length,
      ]),
      [
        ["fast", 0],
        [undefined, 1],
      ],
    );
    await write("compose.yaml", "services:\n  a:\n    image: one\n");
    const beside = await book.find("q", signal);
    assert.deepEqual([beside.router, beside.compose?.variables["ROUTER"]], [undefined, "fast"]);
  });

  test("a change of it is seen", async () => {
    await write("models.conf", "[q]\nMODEL=q.gguf\n");
    const book = bookOf();
    assert.equal((await book.find("q", signal)).image, undefined);
    await write("compose.yaml", "services:\n  a:\n    image: one\n");
    assert.equal((await book.find("q", signal)).image, "one");
  });
});
