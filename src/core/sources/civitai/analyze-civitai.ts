import { sizeWords } from "../../present/units.ts";
import type { HubAnalysis, HubChoice, HubFile, HubVersion } from "../../protocol/hub.ts";
import type { Characteristic } from "../../protocol/models.ts";
import { fault } from "../../util/faults.ts";
import { parseSha256 } from "../../util/ids.ts";
import type { Installed } from "../huggingface.ts";
import type { CivitaiReference } from "../source-reference.ts";
import type { Civitai } from "./civitai.ts";
import { type FileFacts, filesOf } from "./files.ts";
import { type SizeAsking, downloadAddress, sizesOf } from "./file-size.ts";
import { closedWords, licenceOf } from "./terms.ts";
import { type CivitaiModel, type CivitaiVersion, picturesOf } from "./version.ts";

export interface CivitaiSource {
  readonly civitai: Civitai;
  readonly sizes: SizeAsking;
  readonly installed: Installed;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
  /** The highest that a picture may have, in Civitai's bits. */
  readonly rating: number;
}

/** @throws FaultError `notFound` for a model or a version, `unauthorized` where no size is told without a sign-in */
export async function analyzeCivitai(
  source: CivitaiSource,
  reference: CivitaiReference,
  signal: AbortSignal,
): Promise<HubAnalysis> {
  const { civitai, sizes } = source;
  const { model, version } = await find(civitai, reference, signal);
  const named = filesOf(version).filter(({ file }) => reference.file === undefined || file.id === reference.file);
  if (named.length === 0) {
    const name = reference.file === undefined ? version.name : String(reference.file);
    throw fault({ code: "notFound", what: "file", name });
  }
  const told = await sizesOf(
    sizes,
    version.id,
    named.map(({ file }) => file),
    signal,
  );
  if (told.every(({ sizeBytes }) => sizeBytes === undefined)) {
    const tokenGiven = (await sizes.access.token()) !== undefined;
    throw fault({ code: "unauthorized", host: new URL(sizes.access.endpoint).host, tokenGiven, provider: "civitai" });
  }
  const sized = named.flatMap((one, index) => {
    const sizeBytes = told[index]?.sizeBytes;
    return sizeBytes === undefined ? [] : [{ ...one, sizeBytes }];
  });
  const versions = versionsOf(version, model);
  const closed = closedWords(version, told, source.wall());
  const licence = model && licenceOf(model.terms);
  const title = [model?.name ?? version.model?.name ?? "", version.name].filter((part) => part !== "").join(" – ");
  return {
    provider: "civitai",
    repository: `civitai:${version.modelId}`,
    ...(title !== "" && { title }),
    revision: String(version.id),
    commit: String(version.id),
    ...(versions.length > 1 && { versions }),
    files: sized.map((one) => hubFile(one, version.id, sizes.access.endpoint)),
    choices: await choicesOf(sized, source.installed),
    ...(licence !== undefined && { licence }),
    gated: closed?.gated ?? false,
    ...(closed && { gatedBecause: closed.because }),
    private: version.availability === "Private",
    tags: (model?.terms.tags ?? []).slice(0, 50),
    characteristics: characteristicsOf(version, model),
    pictures: picturesOf(version, source.rating),
    page: civitai.page(version.modelId, version.id),
  };
}

async function find(
  civitai: Civitai,
  { model: id, version: wanted }: CivitaiReference,
  signal: AbortSignal,
): Promise<{ readonly model: CivitaiModel | undefined; readonly version: CivitaiVersion }> {
  const unknown = (): Error => fault({ code: "notFound", what: "revision", name: String(wanted) });
  if (wanted !== undefined) {
    const version = await civitai.version(wanted, signal);
    if (!version || (id !== undefined && version.modelId !== id)) throw unknown();
    // Its terms stand with the model; without them there is less told.
    const model = await civitai.model(version.modelId, signal).catch(() => undefined);
    signal.throwIfAborted();
    return { model, version };
  }
  const model = id === undefined ? undefined : await civitai.model(id, signal);
  if (!model) throw fault({ code: "notFound", what: "repository", name: `civitai:${id}` });
  const version = model.versions.find(({ files }) => files.length > 0);
  // A list that is empty although the model is there: Civitai's index is behind, for some minutes.
  if (!version) throw fault({ code: "notFound", what: "file", name: model.name === "" ? `civitai:${id}` : model.name });
  return { model, version };
}

/** Those that have files, and the one that was asked for: it may be listed to nobody. */
function versionsOf(asked: CivitaiVersion, model: CivitaiModel | undefined): readonly HubVersion[] {
  const told = (model?.versions ?? []).filter(({ id, files }) => id === asked.id || files.length > 0);
  const all = told.some(({ id }) => id === asked.id) ? told : [asked, ...told];
  return all.map(({ id, name, publishedAt, baseModel }) => ({
    revision: String(id),
    name: name === "" ? String(id) : name,
    ...(publishedAt !== undefined && { publishedAt }),
    ...(baseModel !== undefined && { baseModel }),
  }));
}

type Sized = FileFacts & { readonly sizeBytes: number };

function hubFile(one: Sized, version: number, endpoint: string): HubFile {
  const { path, sizeBytes, sha256, format, quantization, optional, warning, file } = one;
  return {
    path,
    sizeBytes,
    ...(sha256 !== undefined && { sha256 }),
    ...(format !== undefined && { format }),
    ...(quantization !== undefined && { quantization }),
    ...(optional && { optional }),
    ...(warning !== undefined && { warning }),
    url: downloadAddress(endpoint, version, file.id),
  };
}

/** One for each file with weights, each with the configuration there is; the primary one first. */
async function choicesOf(files: readonly Sized[], installed: Installed): Promise<readonly HubChoice[]> {
  const digests = files.flatMap(({ sha256 }) => parseSha256(sha256 ?? "") ?? []);
  const here = digests.length === 0 ? new Map() : await installed(digests);
  const beside = files.filter((one) => one.isConfiguration);
  const offered = files.filter((one) => !one.isConfiguration && !one.optional);
  return (offered.length > 0 ? offered : files).map((one) => {
    const all = [one, ...beside.filter((other) => other !== one)];
    const sizeBytes = all.reduce((sum, file) => sum + file.sizeBytes, 0);
    const entry = one.sha256 === undefined ? undefined : here.get(one.sha256)?.entry;
    return {
      label: `${one.words} · ${sizeWords(sizeBytes)}`,
      format: one.format ?? "other",
      ...(one.quantization !== undefined && { quantization: one.quantization }),
      ...(one.variant !== undefined && { variant: one.variant }),
      files: all.map(({ path }) => path),
      sizeBytes,
      ...(entry !== undefined && { alreadyHere: entry }),
    };
  });
}

function characteristicsOf(version: CivitaiVersion, model: CivitaiModel | undefined): readonly Characteristic[] {
  const told: Characteristic[] = [];
  const add = (name: string, value: Characteristic["value"] | undefined): void => {
    if (value !== undefined && value !== "") told.push({ name, value, source: "hub", confidence: 0.9 });
  };
  const type = model?.terms.type ?? version.model?.type;
  const words = version.trainedWords.map((word) => word.trim()).filter((word) => word !== "");
  add("baseModel", version.baseModel);
  add("modelType", type);
  if (/^(?:lora|locon|dora)$/i.test(type ?? "")) add("lora", true);
  // Of pictures: it is loaded without a context of tokens.
  if (/^checkpoint$/i.test(type ?? "")) add("diffusion", true);
  add("triggerWords", words.join(", ").slice(0, 2000));
  return told;
}
