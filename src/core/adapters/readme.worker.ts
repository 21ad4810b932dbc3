import { parentPort, workerData } from "node:worker_threads";
import { type ReadmeWish, readReadme } from "../readme/read-readme.ts";

// Reads what strangers wrote: however long that takes, nobody waits for it but its page.

const wish: ReadmeWish = workerData;
parentPort?.postMessage(readReadme(wish), []);
