import type { ContainerSpec } from "../../src/core/ports/runtime.ts";

/** A container that says nothing but what `parts` says. */
export const containerSpec = (parts: Partial<ContainerSpec>): ContainerSpec => ({
  kind: "container",
  image: "i",
  group: "default",
  args: [],
  environment: {},
  hostPort: 8080,
  containerPort: 8080,
  labels: {},
  mounts: [],
  workingFolder: "/",
  hardening: { readOnlyRoot: true, temporary: {}, processLimit: 64 },
  gpus: "none",
  ...parts,
});
