import assert from "node:assert/strict";
import { type GpuDevices, deviceOptions, gpuAccess, gpuOptions } from "../../../src/core/adapters/docker-gpus.ts";
import type { ContainerSpec, GpuAccess, GpuRequest } from "../../../src/core/ports/runtime.ts";
import { commandLine } from "../../../src/core/serving/desk/command-line.ts";
import { visibleGpus } from "../../../src/core/adapters/visible-gpus.ts";
import { containerSpec } from "../../support/container-spec.ts";

const none: GpuDevices = { nvidia: false, paths: [], groups: [] };
const amd: GpuDevices = { nvidia: false, paths: ["/dev/kfd", "/dev/dri"], groups: ["110", "44"] };
const intel: GpuDevices = { nvidia: false, paths: ["/dev/dri"], groups: ["110"] };
const nvidia: GpuDevices = { nvidia: true, paths: ["/dev/dri"], groups: ["110"] };
const podman = { Components: [{ Name: "Podman Engine" }] };

const aSpec = (gpus: GpuRequest, gpuAccess: GpuAccess | undefined): ContainerSpec => containerSpec({ gpus, gpuAccess });

suite("GPUs for containers", () => {
  for (const [name, info, version, here, kind] of [
    ["an engine with NVIDIA's runtime", { Runtimes: { runc: {}, nvidia: {} } }, {}, none, "nvidia"],
    ["an engine with its hook alone, on a machine with such a card", { Runtimes: { runc: {} } }, {}, nvidia, "nvidia"],
    [
      "an engine that found devices by their interface",
      { DiscoveredDevices: [{ Source: "cdi", ID: "nvidia.com/gpu=all" }] },
      {},
      nvidia,
      "cdi",
    ],
    ["Podman", {}, podman, nvidia, "cdi"],
    ["a card of AMD's", { Runtimes: { runc: {} } }, {}, amd, "devices"],
    ["a card of Intel's", {}, {}, intel, "devices"],
    ["no card", { Runtimes: { runc: {} } }, {}, none, "none"],
    ["an engine that says nothing", undefined, undefined, none, "none"],
  ] as const)
    test(`${name}: ${kind}`, () => assert.equal(gpuAccess(info, version, here).kind, kind));

  test("all, some by UUID, or none, in the engine's words", () => {
    const capabilities = { Driver: "nvidia", Capabilities: [["gpu"]] };
    assert.deepEqual(gpuOptions("all", { kind: "nvidia" }), { DeviceRequests: [{ ...capabilities, Count: -1 }] });
    assert.deepEqual(gpuOptions({ uuids: ["GPU-1"] }, { kind: "nvidia" }), {
      DeviceRequests: [{ ...capabilities, DeviceIDs: ["GPU-1"] }],
    });
    assert.deepEqual(
      gpuOptions({ uuids: ["GPU-1"] }, { kind: "cdi" }).Devices?.map(({ PathOnHost }) => PathOnHost),
      ["nvidia.com/gpu=GPU-1"],
    );
    const devices = gpuOptions("all", gpuAccess({}, {}, amd));
    assert.deepEqual(
      devices.Devices?.map(({ PathOnHost }) => PathOnHost),
      ["/dev/kfd", "/dev/dri"],
    );
    assert.deepEqual(devices.GroupAdd, ["110", "44"]);
    for (const access of [{ kind: "nvidia" }, { kind: "none" }] as const)
      assert.deepEqual(gpuOptions("none", access), {});
    assert.deepEqual(gpuOptions("all", { kind: "none" }), {});
  });

  test("the command that is shown asks for GPUs as the engine is asked: for none where there is none", () => {
    const words = (gpus: GpuRequest, access: GpuAccess | undefined): string =>
      / no-new-privileges (.*)-w \/ -p /.exec(
        commandLine(aSpec(gpus, access), false).text.replace("=no-new", " no-new"),
      )?.[1] ?? "?";
    assert.equal(words("all", { kind: "none" }), "");
    assert.equal(words("none", { kind: "nvidia" }), "");
    assert.equal(words("all", { kind: "nvidia" }), "--gpus all ");
    assert.equal(words("all", undefined), "--gpus all ");
    assert.equal(words({ uuids: ["GPU-1"] }, { kind: "none" }), `--gpus '"device=GPU-1"' `);
    assert.equal(words({ uuids: ["GPU-1"] }, { kind: "cdi" }), "--device nvidia.com/gpu=GPU-1 ");
    assert.equal(
      words("all", gpuAccess({}, {}, amd)),
      "--device /dev/kfd --device /dev/dri --group-add 110 --group-add 44 ",
    );
  });

  test("devices a profile names come beside, and a card's own files take the place of all cards", () => {
    const device = { source: "/dev/dri/renderD129", target: "/dev/dri/card", permissions: "rw" };
    const named = { ...aSpec("all", gpuAccess({}, {}, amd)), devices: [device], groups: ["video", "44"] };
    const given = deviceOptions(named, gpuAccess({}, {}, amd), false);
    assert.deepEqual(given.Devices, [
      { PathOnHost: "/dev/dri/renderD129", PathInContainer: "/dev/dri/card", CgroupPermissions: "rw" },
    ]);
    assert.deepEqual(given.GroupAdd, ["110", "44", "video"]);
    assert.match(
      commandLine(named, false).text,
      / --group-add 110 --group-add 44 --device \/dev\/dri\/renderD129:\/dev\/dri\/card:rw --group-add video /,
    );
    const other = { ...device, source: "/dev/accel0", target: "/dev/accel0" };
    assert.deepEqual(
      deviceOptions({ gpus: "all", devices: [other] }, gpuAccess({}, {}, amd), false).Devices?.map(
        (one) => one.PathOnHost,
      ),
      ["/dev/kfd", "/dev/dri", "/dev/accel0"],
    );
    assert.deepEqual(deviceOptions({ gpus: "all" }, { kind: "none" }, false), {});
  });

  test("names of the Container Device Interface are asked for as each engine takes them: Docker has no file of the name", () => {
    const name = "amd.com/gpu=0";
    const devices = [
      { source: name, target: name, permissions: "rwm" },
      { source: "/dev/accel0", target: "/dev/accel0", permissions: "r" },
    ];
    const docker = deviceOptions({ gpus: "all", devices }, { kind: "cdi" }, false);
    assert.deepEqual(docker.DeviceRequests, [{ Driver: "cdi", DeviceIDs: ["nvidia.com/gpu=all", name] }]);
    assert.deepEqual(
      docker.Devices?.map((one) => one.PathOnHost),
      ["/dev/accel0"],
    );
    const own = deviceOptions({ gpus: "all", devices }, { kind: "cdi" }, true);
    assert.equal(own.DeviceRequests, undefined);
    assert.deepEqual(
      own.Devices?.map((one) => one.PathOnHost),
      ["nvidia.com/gpu=all", name, "/dev/accel0"],
    );
  });

  test("a process sees the cards of its profile by their UUIDs", () => {
    assert.deepEqual(visibleGpus("all"), {});
    assert.equal(visibleGpus({ uuids: ["GPU-1", "GPU-2"] })["CUDA_VISIBLE_DEVICES"], "GPU-1,GPU-2");
    assert.equal(visibleGpus({ uuids: ["AMD-9c1f8bb1e4a2d3f0"] })["ROCR_VISIBLE_DEVICES"], "GPU-9c1f8bb1e4a2d3f0");
    assert.equal(visibleGpus("none")["CUDA_VISIBLE_DEVICES"], "");
  });
});
