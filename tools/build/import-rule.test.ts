/** The import rule of biome.json, held against files that break it. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectRoot } from "./paths";

const wrong: [file: string, imports: string][] = [
  ["src/bytes/a.ts", "../crypto/crypto"],
  ["src/crypto/a.ts", "../record/record-in"],
  ["src/record/a.ts", "../handshake/client"],
  ["src/record/b.ts", "../../board/socket"],
  ["src/record/c.ts", "../x509/outline"],
  ["src/handshake/a.ts", "../http/response"],
  ["src/handshake/b.ts", "../../tools/build/paths"],
  ["src/x509/a.ts", "../trust/pin"],
  ["src/trust/a.ts", "../handshake/state"],
  ["src/http/a.ts", "../tls"],
  ["src/http/b.ts", "../record/connection"],
  ["src/http/c.ts", "../status/build-status"],
  ["src/status/a.ts", "../report/report"],
  ["src/report/a.ts", "../apps/poll"],
  ["src/tls.ts", "./http/response"],
  ["src/apps/a.ts", "node:fs"],
  ["src/apps/b.ts", "../../board/socket"],
  ["src/apps/c.ts", "virtual:config"],
  ["src/d.ts", "../tools/build/paths"],
  ["board/a.ts", "node:fs"],
  ["board/linux/b.ts", "../../tools/build/paths"],
];
const right: [file: string, imports: string][] = [
  ["src/record/d.ts", "../crypto/crypto"],
  ["src/handshake/c.ts", "../record/connection"],
  ["src/handshake/d.ts", "../trust/pin"],
  ["src/trust/b.ts", "../x509/outline"],
  ["src/status/b.ts", "../http/response"],
  ["src/report/b.ts", "../status/build-status"],
  ["src/apps/d.ts", "../tls"],
  ["src/apps/e.ts", "../http/response"],
  ["src/apps/f.test.ts", "node:fs"],
  ["src/apps/g.testing.ts", "../../tools/build/paths"],
  ["board/esp8266/c.ts", "../../src/apps/poll"],
  ["board/esp8266/d.ts", "virtual:config"],
  ["tools/a.ts", "node:fs"],
];

const folder = mkdtempSync(join(tmpdir(), "import-rule-"));
let refused: string[] = [];

beforeAll(() => {
  copyFileSync(join(projectRoot, "biome.json"), join(folder, "biome.json"));
  for (const [file, source] of [...wrong, ...right]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `import { a } from "${source}";\n\nexport const b = a;\n`);
  }
  const biome = join(projectRoot, "node_modules/@biomejs/biome/bin/biome");
  const options = ["lint", "--only=style/noRestrictedImports", "--max-diagnostics=none", "--reporter=json", "."];
  let output = "";
  try {
    output = execFileSync(process.execPath, [biome, ...options], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
  const { diagnostics } = JSON.parse(output) as { diagnostics: { category: string; location: { path: string | { file: string } } }[] };
  refused = diagnostics
    .filter((one) => one.category === "lint/style/noRestrictedImports")
    .map(({ location }) => (typeof location.path === "string" ? location.path : location.path.file).replace(/^\.\//, ""));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(wrong)("%s must not import %s", (file) => {
  expect(refused).toContain(file);
});
test.each(right)("%s may import %s", (file) => {
  expect(refused).not.toContain(file);
});
