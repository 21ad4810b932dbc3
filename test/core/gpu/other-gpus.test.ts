import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { drmGpus } from "../../../src/core/adapters/drm-gpu.ts";
import { parseFdinfo } from "../../../src/core/gpu/parse-fdinfo.ts";
import { parseIoreg } from "../../../src/core/gpu/parse-ioreg.ts";
import { bytes } from "../../../src/core/util/ids.ts";

const { signal } = new AbortController();

/** Trees and outputs here are composed after what kernels and drivers document: no such card was at hand. */
suite("GPUs that are not NVIDIA's", () => {
  let root = "";
  setup(async () => {
    root = await mkdtemp(path.join(tmpdir(), "drm-"));
  });
  teardown(() => rm(root, { recursive: true, force: true }));
  const lay = async (files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(root, name)), { recursive: true });
      await writeFile(path.join(root, name), `${content}\n`);
    }
  };
  const card = async (number: number, slot: string): Promise<void> => {
    await mkdir(path.join(root, `sys/class/drm/card${number}`), { recursive: true });
    await mkdir(path.join(root, "devices", slot), { recursive: true });
    await symlink(path.join(root, "devices", slot), path.join(root, `sys/class/drm/card${number}/device`));
  };

  test("a card of AMD: load, memory, temperature, power, and who holds its memory", async () => {
    await card(0, "0000:03:00.0");
    await lay({
      "devices/0000:03:00.0/vendor": "0x1002",
      "devices/0000:03:00.0/unique_id": "9c1f8bb1e4a2d3f0",
      "devices/0000:03:00.0/product_name": "AMD Radeon RX 7900 XTX",
      "devices/0000:03:00.0/gpu_busy_percent": "63",
      "devices/0000:03:00.0/mem_info_vram_total": String(24 * 2 ** 30),
      "devices/0000:03:00.0/mem_info_vram_used": String(18 * 2 ** 30),
      "devices/0000:03:00.0/hwmon/hwmon4/temp1_input": "61000",
      "devices/0000:03:00.0/hwmon/hwmon4/power1_average": "212000000",
      "sys/class/kfd/kfd/proc/4711/vram_28851": String(17 * 2 ** 30),
      "sys/class/kfd/kfd/proc/4712/vram_28851": "0",
      "sys/class/drm/card0-DP-1/status": "connected",
    });
    assert.deepEqual(await drmGpus(root).read(signal), [
      {
        uuid: "AMD-9c1f8bb1e4a2d3f0",
        name: "AMD Radeon RX 7900 XTX",
        load: 0.63,
        memoryUsed: 18 * 2 ** 30,
        memoryTotal: 24 * 2 ** 30,
        celsius: 61,
        watts: 212,
        processes: [{ pid: 4711, name: "4711", memory: 17 * 2 ** 30 }],
      },
    ]);
  });

  test("a card of Intel tells its load by how long it idled", async () => {
    await card(1, "0000:04:00.0");
    const idle = "devices/0000:04:00.0/tile0/gt0/gtidle/idle_residency_ms";
    await lay({
      "devices/0000:04:00.0/vendor": "0x8086",
      "devices/0000:04:00.0/tile0/physical_vram_size_bytes": "0x400000000",
      [idle]: "5000",
    });
    const probe = drmGpus(root);
    const [first] = await probe.read(signal);
    assert.equal(first?.name, "Intel GPU 0000:04:00.0");
    assert.equal(first?.memoryTotal, 16 * 2 ** 30);
    assert.equal(first?.load, undefined);
    let load: number | undefined;
    // Asked at once it does not know yet; no idle time passed since, so it was busy all along.
    while (load === undefined) [{ load } = { load: undefined }] = await probe.read(signal);
    assert.equal(load, 1);
  });

  test("what is in use of Intel's own memory is what its clients hold, each counted once", async () => {
    await card(0, "0000:03:00.0");
    // The form is the kernel's (Documentation/gpu/drm-usage-stats): xe's keys, with and without a unit.
    const fdinfo = (client: number, resident: string): string =>
      [
        "pos:\t0",
        "flags:\t0100002",
        "drm-driver:\txe",
        `drm-client-id:\t${client}`,
        "drm-pdev:\t0000:03:00.0",
        "drm-total-gtt:\t192 KiB",
        "drm-resident-gtt:\t192 KiB",
        "drm-total-vram0:\t99999 KiB",
        "drm-shared-vram0:\t16 MiB",
        `drm-resident-vram0:\t${resident}`,
        "drm-cycles-ccs:\t28257900",
      ].join("\n");
    await lay({
      "devices/0000:03:00.0/vendor": "0x8086",
      "devices/0000:03:00.0/tile0/physical_vram_size_bytes": "0x0000000300000000",
      "proc/11/fdinfo/3": fdinfo(3, "2048 KiB"),
      "proc/11/fdinfo/4": fdinfo(3, "2048 KiB"),
      "proc/11/fdinfo/5": "pos:\t0\nflags:\t02\n",
      "proc/12/fdinfo/9": fdinfo(4, "5 MiB"),
      "proc/13/fdinfo/1": fdinfo(5, "0"),
      "proc/uptime": "1 1",
    });
    for (const [pid, fd, target] of [
      [11, 3, "/dev/dri/renderD128"],
      [11, 4, "/dev/dri/renderD128"],
      [11, 5, "/dev/null"],
      [12, 9, "/dev/dri/card0"],
      [13, 1, "/dev/dri/renderD128"],
    ] as const) {
      await mkdir(path.join(root, `proc/${pid}/fd`), { recursive: true });
      await symlink(target, path.join(root, `proc/${pid}/fd/${fd}`));
    }
    await symlink("/opt/llama-server", path.join(root, "proc/12/exe"));
    const [gpu] = await drmGpus(root).read(signal);
    assert.deepEqual(gpu?.processes, [
      { pid: 12, name: "/opt/llama-server", memory: 5 * 2 ** 20 },
      { pid: 11, name: "11", memory: 2 * 2 ** 20 },
    ]);
    assert.deepEqual([gpu.memoryUsed, gpu.memoryTotal], [7 * 2 ** 20, 12 * 2 ** 30]);
  });

  test("i915 names its memory local, and units are read", () => {
    const text = "drm-driver: i915\ndrm-client-id: 39\ndrm-pdev: 0000:00:02.0\n";
    assert.deepEqual(parseFdinfo(`${text}drm-resident-local0: 6 MiB\ndrm-resident-system0: 6044 KiB\n`), {
      slot: "0000:00:02.0",
      client: "39",
      resident: 6 * 2 ** 20,
    });
    assert.equal(parseFdinfo(`${text}drm-resident-vram0: 512\ndrm-resident-vram1: 1 KiB`)?.resident, 1536);
    assert.equal(parseFdinfo("pos:\t0\n"), undefined);
  });

  test("a card of AMD that is busy answering, or tells in other words, is left open where it says nothing", async () => {
    await card(0, "0000:0b:00.0");
    await lay({
      "devices/0000:0b:00.0/vendor": "0x1002",
      "devices/0000:0b:00.0/gpu_busy_percent": "",
      "devices/0000:0b:00.0/mem_info_vram_total": "17163091968",
      "devices/0000:0b:00.0/mem_info_vram_used": "1102733312",
      "devices/0000:0b:00.0/hwmon/hwmon2/power1_input": "25000000",
      "devices/0000:0b:00.0/hwmon/hwmon2/temp1_input": "N/A",
    });
    const [gpu] = await drmGpus(root).read(signal);
    assert.deepEqual(
      [gpu?.uuid, gpu?.load, gpu?.watts, gpu?.celsius, gpu?.memoryUsed],
      ["AMD-0000:0b:00.0", undefined, 25, undefined, 1_102_733_312],
    );
  });

  test("a card that tells no memory of its own is left out, and no driver at all is no fault", async () => {
    assert.deepEqual(await drmGpus(root).read(signal), []);
    await card(0, "0000:00:02.0");
    await lay({ "devices/0000:00:02.0/vendor": "0x8086" });
    assert.deepEqual(await drmGpus(root).read(signal), []);
  });

  test("Apple's tell by the registry of devices", () => {
    const output = `+-o AGXAcceleratorG13X  <class AGXAcceleratorG13X, id 0x100000456, registered>
    {
      "model" = "Apple M1 Pro"
      "PerformanceStatistics" = {"In use system memory (driver)"=0,"Alloc system memory"=3000000000,"Device Utilization %"=37,"In use system memory"=2147483648}
      "gpu-core-count" = 16
    }
`;
    assert.deepEqual(parseIoreg(output, bytes(16 * 2 ** 30)), [
      {
        uuid: "APPLE-0",
        name: "Apple M1 Pro",
        load: 0.37,
        memoryUsed: 2 ** 31,
        memoryTotal: 16 * 2 ** 30,
        celsius: undefined,
        watts: undefined,
        processes: [],
      },
    ]);
    assert.deepEqual(parseIoreg("", bytes(1)), []);
  });

  test("a Mac with a card of AMD tells of its memory, its heat and its power, in any order of its lines", () => {
    const output = `+-o IntelAccelerator  <class IntelAccelerator, id 0x1000003a1, registered, matched, active, busy 0 (2 ms), retain 29>
      "PerformanceStatistics" = {"Allocated system memory"=536870912,"In use system memory (driver)"=0,"In use system memory"=134217728,"Device Utilization %"=4}
      "model" = <"Intel(R) UHD Graphics 630">
+-o AMDRadeonX6000_AMDNavi14GraphicsAccelerator  <class AMDRadeonX6000_AMDNavi14GraphicsAccelerator, id 0x1000003b7>
      "PerformanceStatistics" = {"GPU Activity(%)"=51,"vramFreeBytes"=3221225472,"vramUsedBytes"=1073741824,"Total Power(W)"=33,"Temperature(C)"=64}
      "model" = <"AMD Radeon Pro 5500M">
`;
    assert.deepEqual(
      parseIoreg(output, bytes(2 ** 34)).map(({ uuid, processes, ...gpu }) => {
        assert.match(uuid, /^APPLE-[01]$/);
        assert.deepEqual(processes, []);
        return gpu;
      }),
      [
        {
          name: "Intel(R) UHD Graphics 630",
          load: 0.04,
          memoryUsed: 2 ** 27,
          memoryTotal: 2 ** 34,
          celsius: undefined,
          watts: undefined,
        },
        {
          name: "AMD Radeon Pro 5500M",
          load: 0.51,
          memoryUsed: 2 ** 30,
          memoryTotal: 2 ** 32,
          celsius: 64,
          watts: 33,
        },
      ],
    );
  });
});
