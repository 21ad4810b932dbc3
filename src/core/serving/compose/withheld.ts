/**
 * What no server is given, whatever a compose file says: the machine's root and its own folders, the sockets of container
 * engines (whoever may write to one is root, also through a read-only mount), disks and memory as they are.
 */

/** Drives are in `/run/media`. */
const SYSTEM =
  "proc sys dev etc boot var/lib/docker var/lib/containers run/user run/docker.sock run/containerd run/podman".split(
    " ",
  );
const DISKS_AND_MEMORY =
  /^\/dev\/(?:sd[a-z]|hd[a-z]|vd[a-z]|xvd|nvme|mmcblk|dm-|md\d|loop|sr\d|disk|mapper|block|mem$|kmem$|port$)/;

/** @param path absolute, without `.` and `..` */
export function isWithheldFolder(path: string): boolean {
  const plain = path
    .replaceAll(/\/{2,}/g, "/")
    .replaceAll(/^\/|\/$/g, "")
    .replace(/^var\/run\b/, "run");
  if (plain.endsWith(".sock")) return true;
  // What holds one of them holds it, too.
  return plain === "" || SYSTEM.some((one) => isBelow(plain, one) || isBelow(one, plain));
}

/** @param path below `/dev`, without `.` and `..` */
export const isWithheldDevice = (path: string): boolean => DISKS_AND_MEMORY.test(path);

/**
 * Of a variable: what is shown with a profile must not be one. Words that stand for other things, too, as in BYPASS and
 * MONKEY, only where they stand by themselves; addresses of databases hold passwords.
 */
export const isSecretName = (name: string): boolean =>
  /TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|APIKEY|_PWD$|(^|_)(KEY|PASS|PAT|AUTH|DSN|DATABASE_UR[IL])(_|$)/i.test(
    name,
  );

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
