import { fileURLToPath } from "node:url";

/** The project's own folder, whatever the working directory. */
export const projectRoot = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
