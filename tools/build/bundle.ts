/** Compiled modules to one script: rollup reads and shakes the tree, fold.ts folds it. */
import { existsSync } from "node:fs";
import { posix } from "node:path";
import { type Plugin, rollup } from "rollup";
import rollupConfig, { output as rollupOutput } from "../../rollup.config.mjs";
import { type Chunk, type Folded, foldChunks } from "./fold";

export interface BundleInput {
  /** The folder that holds the compiled modules. */
  folder: string;
  /** The entry within it, without ".js". */
  entry: string;
  /** Modules that stand in for a file: an import that names one of these gets this text ("virtual:config"). */
  virtual: Map<string, string>;
  /** Modules within the folder, without ".js", that are replaced by texts. */
  replace?: Map<string, string>;
}

export async function bundleFirmware(input: BundleInput): Promise<Folded> {
  const entry = posix.join(input.folder, `${input.entry}.js`);
  const build = await rollup({
    ...rollupConfig,
    input: entry,
    plugins: [findModules(input)],
    onwarn: (warning) => warn(warning.code ?? "", warning.message),
  });
  const { output } = await build.generate({ ...rollupOutput, preserveModulesRoot: input.folder });
  await build.close();
  const chunks: Chunk[] = output.flatMap((chunk) => (chunk.type === "chunk" ? [{ fileName: chunk.fileName, code: chunk.code }] : []));
  const first = output.find((chunk) => chunk.type === "chunk" && chunk.isEntry)!;
  return foldChunks(chunks, first.fileName);
}

/** Modules may use each other's functions: the fold orders declarations, not modules. */
function warn(code: string, message: string): void {
  if (code === "CIRCULAR_DEPENDENCY") return;
  process.stderr.write(`${message}\n`);
}

function findModules(input: BundleInput): Plugin {
  return {
    name: "firmware-modules",
    resolveId(source, importer) {
      if (input.virtual.has(source)) return `\0${source}`;
      const path = importer && source.startsWith(".") ? posix.join(posix.dirname(importer), source) : source;
      const inFolder = posix.relative(input.folder, path).replace(/\.js$/, "");
      const file = posix.join(input.folder, `${inFolder}.js`);
      return existsSync(file) ? file : null;
    },
    load(id) {
      if (id.startsWith("\0")) return input.virtual.get(id.slice(1)) ?? null;
      return input.replace?.get(posix.relative(input.folder, id).replace(/\.js$/, "")) ?? null;
    },
  };
}
