import { fault } from "../util/faults.ts";

/** What a person named: a repository of a hub, perhaps a revision of it and one file in it. */
export interface HubReference {
  /** `owner/repo`. */
  readonly repository: string;
  readonly revision?: string;
  /** Inside the repository. */
  readonly file?: string;
}

export const PUBLIC_HUBS: ReadonlySet<string> = new Set(["huggingface.co", "www.huggingface.co", "hf.co"]);
/** The hub's own rule: letters, digits, `-`, `_`, `.`; neither first nor last `-` or `.`; no `--` and no `..`. */
const NAME = /^(?!.*(?:--|\.\.))[A-Za-z0-9_](?:[\w.-]{0,94}[A-Za-z0-9_])?$/;
/** What git allows of a branch and a URL's path can carry. */
const REVISION = /^(?!.*(?:\.\.|\/\/|@\{|\.lock$))[A-Za-z0-9_](?:[\w./+-]{0,200}[\w+-])?$/;

/**
 * `owner/repo`, `owner/repo@revision`, or an address of the public hub's or the endpoint's pages and files.
 * @throws FaultError `badArguments` with what does not fit
 */
export function parseReference(text: string, endpoint: string, verb: string): HubReference {
  const refuse = (problem: string) => fault({ code: "badArguments", verb, path: "model", problem });
  const given = text.trim();
  if (given === "") throw refuse("name a repository as owner/repo, or paste the address of its page");
  if (/^hf:\/\//i.test(given)) return parseFileSystem(given.slice("hf://".length), refuse);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(given)) return parseAddress(given, endpoint, refuse);
  const bare = /^(?:www\.)?(?:huggingface\.co|hf\.co)\//i.test(given);
  if (bare) return parseAddress(`https://${given}`, endpoint, refuse);
  const [path = "", revision, ...more] = given.split("@");
  if (more.length > 0) throw refuse("it has more than one @; write owner/repo@revision");
  return checked(path.split("/"), revision, undefined, refuse);
}

type Refuse = (problem: string) => Error;

/** `hf://owner/repo[@revision][/path]`, as Python's file systems write it; slashes of a revision are encoded there. */
function parseFileSystem(given: string, refuse: Refuse): HubReference {
  const [owner = "", tail = "", ...rest] = given.replace(/^models\//, "").split("/");
  if (owner === "datasets" || owner === "spaces") throw refuse(`it is one of the ${owner}, not a model`);
  const [name = "", revision, ...more] = tail.split("@");
  if (more.length > 0) throw refuse("it has more than one @");
  const file = rest.join("/");
  const decoded = revision === undefined ? undefined : decode(revision, refuse);
  return checked([owner, name], decoded, file === "" ? undefined : file, refuse);
}

function parseAddress(address: string, endpoint: string, refuse: Refuse): HubReference {
  if (!URL.canParse(address)) throw refuse("it is no address");
  const url = new URL(address);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw refuse(`${url.protocol} is no address of a hub`);
  if (url.username !== "" || url.password !== "") throw refuse("an address must not carry a password");
  const home = new URL(endpoint);
  const base = url.origin === home.origin ? home.pathname.replace(/\/+$/, "") : "";
  if (url.origin !== home.origin && !PUBLIC_HUBS.has(url.hostname.toLowerCase())) {
    throw refuse(`${url.host} is not the hub; addresses of ${home.host} and huggingface.co are understood`);
  }
  if (!url.pathname.startsWith(`${base}/`)) throw refuse(`it is not below ${home.host}${base}`);
  // Split first: an encoded slash belongs to its part (a branch such as `refs/pr/1` is written `refs%2Fpr%2F1`).
  const parts = url.pathname
    .slice(base.length + 1)
    .split("/")
    .filter((part) => part !== "")
    .map((part) => decode(part, refuse));
  if (parts[0] === "api" && parts[1] === "models") parts.splice(0, 2);
  if (parts[0] === "datasets" || parts[0] === "spaces") throw refuse(`it is one of the ${parts[0]}, not a model`);
  const [owner = "", repository = "", kind, revision, ...rest] = parts;
  if (kind === undefined) return checked([owner, repository], undefined, undefined, refuse);
  if (kind === "tree") return checked([owner, repository], revision, undefined, refuse);
  if (kind === "blob" || kind === "resolve" || kind === "raw") {
    if (revision === undefined || rest.length === 0) throw refuse("the address names no file");
    return checked([owner, repository], revision, rest.join("/"), refuse);
  }
  return checked([owner, repository], undefined, undefined, refuse);
}

function decode(part: string, refuse: Refuse): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw refuse("its % signs are no encoding");
  }
}

function checked(
  names: readonly string[],
  revision: string | undefined,
  file: string | undefined,
  refuse: Refuse,
): HubReference {
  const [owner = "", name = "", ...more] = names;
  if (names.length < 2 || more.length > 0 || !NAME.test(owner) || !NAME.test(name)) {
    throw refuse("a repository is named owner/repo, in letters, digits, “-”, “_” and “.”");
  }
  return {
    repository: `${owner}/${name}`,
    ...(revision !== undefined && { revision: checkRevision(revision, refuse) }),
    ...(file !== undefined && { file: checkFile(file, refuse) }),
  };
}

function checkRevision(revision: string, refuse: Refuse): string {
  if (!REVISION.test(revision)) throw refuse(`“${revision}” is no branch, tag or commit`);
  return revision;
}

function checkFile(file: string, refuse: Refuse): string {
  const bad = file.split("/").some((part) => part === "" || part === "." || part === "..");
  if (bad || /[\\\0]/.test(file)) throw refuse("the file's path leaves the repository");
  return file;
}

/**
 * @throws FaultError `badArguments` where it is no branch, tag or commit
 */
export const parseRevision = (revision: string, verb: string): string =>
  checkRevision(revision.trim(), (problem) => fault({ code: "badArguments", verb, path: "revision", problem }));
