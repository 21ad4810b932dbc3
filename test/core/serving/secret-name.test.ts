import assert from "node:assert/strict";
import { isSecretName } from "../../../src/core/serving/compose/withheld.ts";

suite("a variable's name", () => {
  for (const name of [
    "HF_TOKEN",
    "OPENAI_API_KEY",
    "OPENAI_KEY",
    "KEY",
    "DB_PASS",
    "DB_PWD",
    "GITHUB_PAT",
    "PROXY_AUTH",
    "SENTRY_DSN",
    "DATABASE_URL",
    "my_secret",
  ])
    test(`${name} is one of a secret`, () => assert.equal(isSecretName(name), true));

  for (const name of [
    "PATH",
    "PWD",
    "OLDPWD",
    "KEYBOARD",
    "MONKEY",
    "BYPASS_CACHE",
    "AUTHOR",
    "HF_HOME",
    "LD_LIBRARY_PATH",
  ])
    test(`${name} is none`, () => assert.equal(isSecretName(name), false));
});
