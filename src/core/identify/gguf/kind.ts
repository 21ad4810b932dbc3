import type { FileHead } from "../head.ts";
import type { GgufHeader } from "./read-gguf.ts";
import type { GgufValues } from "./values.ts";

/** Of image and video models, as the converters of ComfyUI-GGUF and stable-diffusion.cpp name them. */
const DIFFUSION = new Set(
  "aura chroma cosmos flux flux2 hidream hyvid krea2 ltxv lumina2 pig qwen_image sd1 sd3 sdxl wan z_image".split(" "),
);

export const isDiffusion = ({ architecture }: GgufValues, { tensors }: GgufHeader): boolean =>
  architecture === undefined
    ? tensors?.roots.some((root) => root === "model" || root === "double_blocks" || root === "joint_blocks") === true &&
      !tensors.roots.includes("blk")
    : DIFFUSION.has(architecture);

export function ggufKind(header: GgufHeader, values: GgufValues): FileHead["kind"] {
  const { architecture } = values;
  const type = values.text("general.type")?.toLowerCase();
  if (type === "imatrix" || values.texts("imatrix.datasets").length > 0) return "imatrix";
  if (type === "adapter" || values.text("adapter.type") !== undefined) return "adapter";
  if (type === "mmproj" || type === "projector" || architecture === "clip") return "projector";
  if (type === "vocab") return "vocabulary";
  if (architecture === "controlvector") return "component";
  if (architecture?.startsWith("eagle")) return "draft";
  const split = (values.count("split.count") ?? 1) > 1;
  if (header.tensorCount === 0 && !split) return architecture === undefined ? "unknown" : "vocabulary";
  return architecture !== undefined || split || isDiffusion(values, header) ? "model" : "unknown";
}
