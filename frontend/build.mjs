// Builds the style sheet and the scripts into foundation/static/build/, and writes down the
// fingerprint of each file so that browsers may keep it for ever and still notice a new one.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = resolve(here, "..");
const govuk = join(root, "node_modules", "govuk-frontend", "dist", "govuk");
const target = join(root, "foundation", "static", "build");

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });

const { css } = compile(join(here, "app.scss"), {
  loadPaths: [join(root, "node_modules")],
  style: "compressed",
  quietDeps: true,
});
for (const forbidden of ["@font-face", "GDS Transport", "crown", "crest"]) {
  if (css.includes(forbidden)) {
    throw new Error(`app.css contains “${forbidden}”, which belongs to GOV.UK alone`);
  }
}
writeFileSync(join(target, "app.css"), css);
copyFileSync(join(govuk, "govuk-frontend.min.js"), join(target, "govuk-frontend.min.js"));
// One file for the browser to fetch; each part minds a thing of its own.
const scripts = ["app.js", "keeping.js", "presence.js", "marking.js", "passkeys.js"].map((name) => readFileSync(join(here, name), "utf-8"));
writeFileSync(join(target, "app.js"), scripts.join("\n"));
copyFileSync(join(here, "supported.js"), join(target, "supported.js"));
copyFileSync(join(here, "favicon.svg"), join(target, "favicon.svg"));

const manifest = {};
for (const name of readdirSync(target).sort()) {
  const content = readFileSync(join(target, name));
  manifest[name] = createHash("sha256").update(content).digest("hex").slice(0, 16);
}
writeFileSync(join(target, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
console.log(`Built ${Object.keys(manifest).length} files in ${relative(root, target)}/`);
