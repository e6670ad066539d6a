// Pictures of every place of the page, in every width, theme and language, and a sheet for each place that has them all
// side by side. `./dev screenshots [PLACE]...` runs it; they land in artifacts/screenshots.

import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fits, languages, openPlace, places, root, start, themes } from "./harness.mjs";

const folder = join(root, "artifacts", "screenshots");
/** The screens, and at what size a sheet shows them. */
const screens = [
  { width: 1280, height: 900, scale: 0.3 },
  { width: 768, height: 1024, scale: 0.29 },
  { width: 390, height: 844, scale: 0.38 },
];
/** How much of a page a sheet shows, in screens: what is further down has its own picture. */
const shown = 2;

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !places.some((place) => place.name === name));
if (unknown.length > 0) {
  console.error(`no such place: ${unknown.join(", ")}; there are ${places.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

mkdirSync(folder, { recursive: true });
const browser = await start();
try {
  for (const place of places.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    rmSync(join(folder, place.name), { recursive: true, force: true });
    mkdirSync(join(folder, place.name), { recursive: true });
    const shots = [];
    for (const language of Object.keys(languages)) {
      for (const theme of themes) {
        for (const screen of screens) shots.push(await shoot(place, { language, theme, ...screen }));
      }
    }
    await sheet(place, shots);
  }
} finally {
  await browser.close();
}

/** Takes the pictures of one place in one way: the whole page, and what a sheet shows of it. */
async function shoot(place, look) {
  const { page, seen } = await openPlace(browser, place, look);
  // Pictures of the same page are to be alike.
  await page.emulateMedia({ colorScheme: look.theme, reducedMotion: "reduce" });
  await page.evaluate(() => document.fonts.ready);
  const name = `${look.language}-${look.theme}-${look.width}`;
  await page.screenshot({ path: join(folder, place.name, `${name}.png`), fullPage: true, animations: "disabled" });
  const notes = [...seen.complaints];
  if (!(await fits(page))) notes.push("scrolls sideways");
  await page.context().close();
  return { ...look, name, notes };
}

/** Puts the pictures of one place side by side: a column for each language and theme. */
async function sheet(place, shots) {
  const { page } = await browser.blank({ viewport: { width: 1650, height: 800 }, deviceScaleFactor: 2 });
  const column = ({ language, theme }) => `${language}, ${theme}`;
  const picture = ({ name, width, height, scale, notes }) => {
    const data = readFileSync(join(folder, place.name, `${name}.png`)).toString("base64");
    const caption = [`${width} px`, ...notes].join(" · ");
    return `<figure class="${notes.length > 0 ? "noted" : ""}" style="width:${width * scale}px">
      <figcaption>${escape(caption)}</figcaption>
      <div style="max-height:${height * scale * shown}px"><img src="data:image/png;base64,${data}"></div></figure>`;
  };
  const columns = [...new Set(shots.map(column))].map((name) => {
    const pictures = shots.filter((shot) => column(shot) === name).map(picture);
    return `<section><h2>${name}</h2>${pictures.join("")}</section>`;
  });
  await page.setContent(`<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; padding: 16px; font: 14px system-ui, sans-serif; background: #8a8f98; color: #000; width: max-content }
    h1, h2 { margin: 0 0 8px; font-size: 16px } main { display: flex; gap: 20px }
    section { width: 384px; display: flex; flex-wrap: wrap; gap: 8px 12px; align-content: start } h2 { width: 100% }
    figure { margin: 0 } figcaption { padding-bottom: 4px } .noted figcaption { color: #900; font-weight: bold }
    figure > div { overflow: hidden; outline: 1px solid #444 } img { display: block; width: 100% }
    </style><h1>${place.name}</h1><main>${columns.join("")}</main>`);
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
  const path = join(folder, `${place.name}.png`);
  await page.locator("body").screenshot({ path });
  await page.context().close();
  console.log(path);
}

function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
