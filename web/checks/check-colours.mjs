// Verifies tokens.css: every colour inside sRGB, text and marks with enough contrast on every surface that
// they may stand on, and the stage and chart palettes apart for colour-blind people. Exits 1 on a broken promise.
// Usage: npm run -w web check-colours [-- --all]
import { readFileSync } from "node:fs";
import { blend, contrast, difference, inGamut, oklchToLinear, simulate, toHex, visions } from "./colour.mjs";

const css = readFileSync(new URL("../src/tokens.css", import.meta.url), "utf8").split("@theme")[0];
const all = process.argv.includes("--all");
let failures = 0;
const say = (ok, line) => {
  if (!ok) failures++;
  if (!ok || all) console.log(ok ? "  ok  " : " FAIL ", line);
};

function parse(text) {
  const m = text.trim().match(/^oklch\(\s*([\d.]+)\s+([\d.]+)\s+([\d.]+)\s*(?:\/\s*([\d.]+))?\s*\)$/);
  if (!m) throw new Error(`not an oklch colour: ${text}`);
  return { linear: oklchToLinear(+m[1], +m[2], +m[3]), alpha: m[4] === undefined ? 1 : +m[4] };
}

const themes = { light: {}, dark: {} };
const pattern = /--([\w-]+):\s*(?:light-dark\((oklch\([^)]*\)),\s*(oklch\([^)]*\))\)|(oklch\([^)]*\)));/g;
for (const [, name, light, dark, both] of css.matchAll(pattern)) {
  themes.light[name] = parse(light ?? both);
  themes.dark[name] = parse(dark ?? both);
}

const surfaces = ["chrome", "surface", "sunken", "raised"];
const stages = ["cold", "replied", "warm", "booked", "paid", "client"].map((s) => `status-${s}`).concat("stop");
const extras = [1, 2, 3].map((n) => `status-extra-${n}`);
const charts = [1, 2, 3, 4, 5, 6].map((n) => `chart-${n}`);
const worst = {};
const note = (key, value) => {
  worst[key] = Math.min(worst[key] ?? Infinity, value);
};

for (const [theme, token] of Object.entries(themes)) {
  for (const [name, c] of Object.entries(token))
    say(inGamut(c.linear), `${theme} ${name} ${toHex(c.linear)} inside sRGB`);
  const on = (fg, bg, least, over) => {
    const under = over ? blend(token[over].linear, token[over].alpha, token[bg].linear) : token[bg].linear;
    const ratio = contrast(token[fg].linear, under);
    note(`${theme} ${fg}`, ratio);
    say(ratio >= least, `${theme} ${fg} on ${bg}${over ? ` + ${over}` : ""}: ${ratio.toFixed(2)} (at least ${least})`);
  };
  for (const bg of surfaces) {
    on("fg", bg, 7);
    on("fg-2", bg, 7 * 0.75);
    on("fg-3", bg, 4.5);
    on("fg-3", bg, 4.5, "hover");
    on("fg-2", bg, 4.5, "selected");
    on("fg-3", bg, 4.5, "selected");
    for (const judge of ["accent", "good", "warn", "bad"]) on(judge, bg, 4.5);
    for (const mark of [...stages, ...extras]) on(mark, bg, 3);
    on("field", bg, 2.7);
  }
  on("field", "surface", 3);
  for (const mark of stages) {
    on(mark, "surface", 3, "selected");
    on(mark, "surface", 3, "hover");
  }
  on("fg", "thumb", 7);
  on("fg-2", "surface", 4.5, "track");
  on("fg-3", "surface", 4.5, "track");
  for (const judge of ["accent", "good", "warn", "bad"]) {
    on(judge, `${judge}-soft`, 4.5);
    on("fg", `${judge}-soft`, 7);
    on("fg-2", `${judge}-soft`, 4.5);
  }
  for (const line of charts) on(line, "surface", 3);
  on("on-ink", "ink", 7);
  on("on-stop", "stop", 4.5);
  on("on-stop", "stop-2", 4.5);
  on("fg", "stop-soft", 7);
  on("fg-2", "stop-soft", 4.5);

  for (const [palette, least] of [
    [stages, 10],
    [charts, 12],
  ])
    for (const kind of visions) {
      let closest = { d: Infinity };
      for (const one of palette)
        for (const other of palette)
          if (one < other) {
            const d = difference(simulate(token[one].linear, kind), simulate(token[other].linear, kind));
            if (d < closest.d) closest = { d, pair: `${one} and ${other}` };
          }
      const ok = kind === "tritanopia" || closest.d >= least;
      console.log(
        `${ok ? "      " : " FAIL "} ${theme} ${palette === stages ? "stages" : "charts"} ${kind}: closest ${closest.pair}, ΔE00 ${closest.d.toFixed(1)}`,
      );
      if (!ok) failures++;
    }
  const steps = [0, 1, 2, 3, 4, 5].map((n) => token[`heat-${n}`].linear);
  const gaps = steps.slice(1).map((s, i) => difference(s, steps[i]));
  say(Math.min(...gaps) > 5, `${theme} heat steps apart by at least 5`);
  console.log(`       ${theme} heat steps ΔE00 ${gaps.map((g) => g.toFixed(1)).join(", ")}`);
}
console.log("\nLowest contrast wherever each may stand:");
for (const [key, value] of Object.entries(worst))
  console.log(`  ${key.padEnd(26)} ${value.toFixed(2)}  ${toHex(themes[key.split(" ")[0]][key.split(" ")[1]].linear)}`);
console.log(failures ? `\n${failures} broken` : "\nall hold");
process.exit(failures ? 1 : 0);
