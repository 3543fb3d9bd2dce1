/**
 * How rollup reads the compiled firmware: every module keeps its own chunk, and what nobody uses is dropped. tools/build adds the entry, the
 * config and the step that folds the chunks into one script (tools/build/fold.ts).
 */

/** @type {import("rollup").OutputOptions} */
export const output = {
  format: "es",
  preserveModules: true,
  minifyInternalExports: false,
  hoistTransitiveImports: false,
  strict: false,
  entryFileNames: "[name].js",
  generatedCode: "es2015",
};

/** @type {import("rollup").RollupOptions} */
export default {
  treeshake: { propertyReadSideEffects: false, tryCatchDeoptimization: false },
  output,
};
