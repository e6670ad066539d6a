// A server for the release build, a browser to look at it with, a record of everything it asks for or complains of, and
// where the page has what: no other file of tests but page.test.mjs knows its markup.

import { createServer } from "node:http";
import { mkdirSync, readFileSync } from "node:fs";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { caseOf } from "./cases.mjs";
import { attempts } from "./logins.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const read = (path) => readFileSync(join(root, path), "utf8");

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".png": "image/png",
};

/** Serves the release build on a free port; or else a folder, which may become another one. */
export async function serve(headers = {}, folder = () => join(root, "dist")) {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname).replace(/\/$/, "/index.html");
    try {
      const body = readFileSync(join(folder(), path));
      const type = types[extname(path)] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type, ...headers }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return server;
}

/** A browser of its own, quiet; with a folder for its profile, a context that keeps it. */
export function launch(flags = [], profile = undefined) {
  if (!process.env.CHROME) throw new Error("CHROME names no browser; ./dev sets it");
  const options = {
    executablePath: process.env.CHROME,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      ...flags,
    ],
  };
  return profile ? chromium.launchPersistentContext(profile, options) : chromium.launch(options);
}

/** Starts server and browser once for a file of tests; `close` ends both. */
export async function start(flags = []) {
  const browser = await launch(flags);
  const server = await serve();
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    /** Opens the page in a fresh profile, ready for input. */
    open: async (options = {}) => {
      // offline.test.mjs is about the offline copy; everywhere else it would only be loaded at some time or other.
      const context = await browser.newContext({ serviceWorkers: "block", ...options });
      await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
      const page = await context.newPage();
      const seen = { requests: [], complaints: [], opened: [] };
      context.on("request", (request) => seen.requests.push(request.url()));
      context.on("page", (other) => seen.opened.push(`page ${other.url()}`));
      page.on("dialog", (dialog) => {
        seen.opened.push(`dialog ${dialog.message()}`);
        dialog.dismiss();
      });
      page.on("pageerror", (error) => seen.complaints.push(`error: ${error.message}`));
      page.on("console", (message) => {
        if (message.text().startsWith("Service Worker registration blocked by Playwright")) return;
        if (["error", "warning"].includes(message.type())) seen.complaints.push(`${message.type()}: ${message.text()}`);
      });
      await options.before?.(page);
      await page.goto(`${origin}/`);
      return { page, seen, origin, field: ui.field(page) };
    },
    /** Opens an empty page. */
    blank: async (options = {}) => ({ page: await (await browser.newContext(options)).newPage() }),
    close: async () => {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/**
 * Run before the page: while `held`, a file's pieces come no further than the third, so that a test meets the page in
 * the middle of its reading however quick the machine is.
 */
export function holdReading() {
  const real = Blob.prototype.arrayBuffer;
  let pieces = 0;
  globalThis.held = true;
  Blob.prototype.arrayBuffer = async function () {
    const bytes = await real.call(this);
    pieces += 1;
    while (pieces > 3 && held) await new Promise((done) => setTimeout(done, 20));
    return bytes;
  };
}

/** Run before the page: once `held`, the worker's answers are lost, and how far it is with them is not. */
export function holdAnswers() {
  const Real = Worker;
  const goesOn = ([number, json]) => !(number > 0) || new TextDecoder().decode(json).startsWith('{"Progress"');
  globalThis.held = false;
  globalThis.Worker = class extends Real {
    set onmessage(heard) {
      super.onmessage = heard && ((event) => (held && !goesOn(event.data) ? undefined : heard(event)));
    }
  };
}

/** Puts a text on the clipboard and pastes it as a person does. */
export async function paste(page, field, text) {
  await page.evaluate((text) => navigator.clipboard.writeText(text), text);
  await field.focus();
  await page.keyboard.press("ControlOrMeta+V");
}

/** How the page marks its parts. */
export const marks = {
  /** Where captures are pasted. */
  field: ".source textarea",
  /** What takes files. */
  files: "input[type=file]",
  /** What an answer says first. */
  verdict: ".card .outcome",
  /** The message's text. */
  bytes: ".xml",
  /** Something that changes much of the page when it is clicked, there whenever there is an answer. */
  busy: "[role=tab][aria-selected=false]",
  /** What puts one capture aside. */
  remove: ".capture .icon-button:last-child",
};

/** The page's parts: of each the first that is to be seen. */
export const ui = {
  ...Object.fromEntries(
    Object.entries(marks).map(([name, mark]) => [name, (page) => page.locator(mark).filter({ visible: true }).first()]),
  ),
  /** What opens a sample. */
  sample: (page, name) => page.locator(`[data-sample="${name}"]`),
  /** What goes to a place beside the verdict. */
  tab: (page, name) => page.locator(`#tab-${name}`),
  /** The place that was gone to. */
  place: (page, name) => page.locator(`[data-place="${name}"]`),
  /** The value beside a name of the summary. */
  value: (page, name) => page.locator(`.value[data-name="${name}"]`),
};

/** The value that the page shows beside a name of the summary. */
export const shown = ui.value;

/** Opens a sample from the page's start. */
export async function sample({ page }, name) {
  await ui.sample(page, name).click();
  await ui.verdict(page).waitFor();
}

/** Opens a case file, and waits for its verdict. */
export async function openCase(page, made) {
  const buffer = Buffer.from(JSON.stringify(made));
  await page.locator(marks.files).first().setInputFiles({ name: "case.samlens.json", mimeType: "application/json", buffer });
  await ui.verdict(page).waitFor();
}

/** A place beside the verdict of a sample. */
const beside = (name, of) => ({
  name,
  go: async (opened) => {
    await sample(opened, of);
    await ui.tab(opened.page, name).click();
    await ui.place(opened.page, name).waitFor();
  },
});

/** Metadata with an identity provider of each name. */
export function manyEntities(entities, endpoint = "https://idp.example/sso") {
  const one = (name, number) => `<md:EntityDescriptor entityID="https://${name}.example/idp">
    <md:Extensions><shibmd:Scope xmlns:shibmd="urn:mace:shibboleth:metadata:1.0" regexp="false">${name}.example</shibmd:Scope></md:Extensions>
    <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
      <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${endpoint}/${number}"/>
    </md:IDPSSODescriptor>
    <md:Organization><md:OrganizationName xml:lang="en">${name}</md:OrganizationName><md:OrganizationDisplayName xml:lang="en">School ${name}</md:OrganizationDisplayName><md:OrganizationURL xml:lang="en">https://${name}.example/</md:OrganizationURL></md:Organization>
    <md:ContactPerson contactType="technical"><md:EmailAddress>mailto:help@${name}.example</md:EmailAddress></md:ContactPerson>
  </md:EntityDescriptor>`;
  return `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" Name="urn:test" validUntil="2031-01-01T00:00:00Z">${entities.map(one).join("\n")}</md:EntitiesDescriptor>`;
}
const schools = Array.from({ length: 1200 }, (_, number) => `school${number}`);

/** Opens metadata files, and goes to them. */
async function openMetadata(page, files) {
  const file = ([name, text]) => ({ name, mimeType: "application/xml", buffer: Buffer.from(text) });
  await page.locator(marks.files).first().setInputFiles(files.map(file));
  await ui.tab(page, "metadata").click();
  await page.locator("section.metadata").waitFor();
}

/**
 * Every place of the page: how a person gets there from the open page. `axe.test.mjs` and `screenshots.mjs` go through
 * all of them.
 */
export const places = [
  { name: "start", go: async () => {} },
  { name: "rejected", go: (opened) => sample(opened, "wrong-domain") },
  { name: "accepted", go: (opened) => sample(opened, "clean-login") },
  { name: "insecure", go: (opened) => sample(opened, "relay-state") },
  { name: "attack", go: (opened) => sample(opened, "wrapped") },
  {
    name: "unreadable",
    go: async ({ page, field }) => {
      await paste(page, field, read("tests/golden/error-truncated/input.txt"));
      await ui.verdict(page).waitFor();
    },
  },
  beside("flow", "request-and-response"),
  {
    name: "logins",
    go: async ({ page }) => {
      await page.locator(marks.files).first().setInputFiles(attempts);
      await page.locator(".chip.login", { hasText: "3" }).waitFor();
      await page.locator(".messages-toggle").click();
      await ui.tab(page, "flow").click();
      await page.locator("p.looped").waitFor();
    },
  },
  beside("message", "wrapped"),
  beside("identity", "role-pair"),
  beside("signatures", "pretty-printed"),
  {
    name: "wrapped",
    go: async (opened) => {
      await beside("signatures", "wrapped").go(opened);
      await opened.page.locator("section.signatures .wrapped").first().waitFor();
    },
  },
  {
    name: "instead",
    go: async (opened) => {
      await sample(opened, "wrapped");
      await opened.page.locator(".card .claim .jump").first().click();
      await opened.page.locator(".xml .target").first().waitFor();
    },
  },
  {
    name: "split",
    go: async ({ page }) => {
      await openCase(page, caseOf("attack-pi-nameid"));
      await ui.tab(page, "identity").click();
      await page.locator("section.identity .readings").first().waitFor();
    },
  },
  {
    name: "edited",
    go: async ({ page }) => {
      await openCase(page, caseOf("sig-nameid-changed"));
      await ui.tab(page, "signatures").click();
      await page.locator(".octets ins").first().waitFor();
    },
  },
  {
    name: "readers",
    go: async ({ page, field }) => {
      const message = read("tests/fixtures/readers-differ.xml");
      await paste(page, field, message);
      await page.locator(".readers").waitFor();
    },
  },
  beside("certificates", "encrypted"),
  {
    name: "metadata",
    go: async (opened) => {
      await beside("metadata", "metadata").go(opened);
      await opened.page.locator("article.entity").waitFor();
    },
  },
  {
    name: "entities",
    go: async ({ page }) => {
      await openMetadata(page, [["schools.xml", manyEntities(schools)]]);
      await page.locator(".m-list [data-entity='3']").click();
      await page.locator("article.entity").waitFor();
    },
  },
  {
    name: "calendar",
    go: async (opened) => {
      await beside("metadata", "encrypted").go(opened);
      await opened.page.locator(".choice [data-part=calendar]").click();
      await opened.page.locator(".m-list [data-row='0'] b").waitFor();
    },
  },
  {
    name: "against",
    go: async (opened) => {
      await beside("metadata", "wrong-certificate").go(opened);
      await opened.page.locator(".choice [data-part=against]").click();
      await opened.page.locator(".matches tbody tr").first().waitFor();
    },
  },
  {
    name: "changes",
    go: async ({ page }) => {
      const before = manyEntities(["one", "two", "three"]);
      const later = manyEntities(["one", "two", "four"], "https://new.example/sso");
      await openMetadata(page, [["before.xml", before], ["later.xml", later]]);
      await page.locator(".choice [data-part=changes]").click();
      await page.locator(".changes .sum").waitFor();
    },
  },
  beside("decode", "redirect-request"),
  beside("compare", "request-and-response"),
  {
    name: "share",
    go: async (opened) => {
      await beside("share", "role-pair").go(opened);
      await opened.page.locator("[data-do=link]").click();
      await opened.page.locator(".carrier").waitFor();
    },
  },
  {
    name: "share-as-it-is",
    go: async (opened) => {
      await beside("share", "request-and-response").go(opened);
      await opened.page.locator(".going input[value=as-it-is]").check();
      await opened.page.locator(".warnings .warn").waitFor();
    },
  },
  beside("context", "wrong-domain"),
  beside("privacy", "clean-login"),
];

/** The themes and languages that the page has, as a browser asks for them. */
export const themes = ["light", "dark"];
export const languages = { en: "en-GB", zh: "zh-CN" };

/** Opens a place in a theme and a language. */
export async function openPlace(browser, place, { theme = "light", language = "en", width = 1280, height = 900 } = {}) {
  const options = { colorScheme: theme, locale: languages[language], viewport: { width, height } };
  const opened = await browser.open(options);
  await opened.field.waitFor();
  await place.go(opened);
  return opened;
}

/** Puts the case aside, one capture after the other. */
export async function anew(page) {
  for (let left = await page.locator(marks.remove).count(); left > 0; left -= 1) await ui.remove(page).click();
  await ui.verdict(page).waitFor({ state: "detached" });
}

/** Waits until the page has loaded all that it loads by itself: its worker and its words come after the field. */
export const settled = (page) => page.waitForLoadState("networkidle");

/** Whether all of the page fits its width. */
export const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

/** Clicks something, and says after how many milliseconds the page had painted again. */
export async function clickAndPaint(page, target) {
  await target.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await target.boundingBox();
  await page.evaluate(() => {
    const painted = (done) => requestAnimationFrame(() => setTimeout(done, 0));
    window.painted = new Promise((done) => addEventListener("click", () => painted(done), { once: true, capture: true }));
  });
  const begin = performance.now();
  await page.mouse.click(x + width / 2, y + height / 2);
  await page.evaluate(() => window.painted);
  return performance.now() - begin;
}

export async function screenshot(page, name) {
  const folder = join(root, "artifacts", "screenshots");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
