// Builds one style sheet and one script per audience into src/berdaya/web/static/build (git-ignored).
// File names are plain: the static-files storage adds the hash.
import { build } from "esbuild";
import { compile } from "sass";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { mark } from "./icons.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = join(root, "src/berdaya/web/static/build");
const modules = join(root, "node_modules");

const STYLES = ["office", "shop", "field"];
const SCRIPTS = ["boot", "office", "shop", "field", "field-worker"];
const ICONS = [192, 512];
const FONT = "@fontsource-variable/plus-jakarta-sans/files/plus-jakarta-sans-latin-wght-normal.woff2";

function report(name, text) {
  const kb = (n) => (n / 1024).toFixed(1).padStart(6);
  console.log(`${name.padEnd(14)} ${kb(Buffer.byteLength(text))} KB  ${kb(gzipSync(text).length)} KB gzip`);
}

mkdirSync(join(out, "fonts"), { recursive: true });
copyFileSync(join(modules, FONT), join(out, "fonts/plus-jakarta-sans-latin-wght-normal.woff2"));

for (const name of STYLES) {
  const source = join(here, "scss", `${name}.scss`);
  if (!existsSync(source)) continue;
  const { css } = compile(source, { loadPaths: [modules], style: "compressed", quietDeps: true });
  if (/url\(["']?data:/.test(css)) throw new Error(`${name}.css carries a data: address; the policy forbids it`);
  writeFileSync(join(out, `${name}.css`), css);
  report(`${name}.css`, css);
}

for (const name of SCRIPTS) {
  const source = join(here, "ts", `${name}.ts`);
  if (!existsSync(source)) continue;
  await build({
    entryPoints: [source],
    outfile: join(out, `${name}.js`),
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2020"],
    legalComments: "none",
    logLevel: "warning",
  });
  report(`${name}.js`, readFileSync(join(out, `${name}.js`), "utf8"));
}

for (const size of ICONS) writeFileSync(join(out, `field-${size}.png`), mark(size));
