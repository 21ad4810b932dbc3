import { createNodeLinks } from "../../src/core/adapters/node-links.ts";
import { linksContract } from "./links.ts";

linksContract("the real file system", createNodeLinks);
