// A server for the release build, a browser to look at it with, and a record of everything it asks for or complains of.

import { createServer } from "node:http";
import { mkdirSync, readFileSync } from "node:fs";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../..", import.meta.url));
export const read = (path) => readFileSync(join(root, path), "utf8");

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

async function serve() {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname).replace(/\/$/, "/index.html");
    try {
      const body = readFileSync(join(root, "dist", path));
      response.writeHead(200, { "content-type": types[extname(path)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return server;
}

/** Starts server and browser once for a file of tests; `close` ends both. */
export async function start() {
  if (!process.env.CHROME) throw new Error("CHROME names no browser; ./dev test browser sets it");
  const browser = await chromium.launch({
    executablePath: process.env.CHROME,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
  const server = await serve();
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    /** Opens the page in a fresh profile, ready for input. */
    open: async (options = {}) => {
      const context = await browser.newContext(options);
      await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
      const page = await context.newPage();
      const seen = { requests: [], complaints: [] };
      context.on("request", (request) => seen.requests.push(request.url()));
      page.on("pageerror", (error) => seen.complaints.push(`error: ${error.message}`));
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) seen.complaints.push(`${message.type()}: ${message.text()}`);
      });
      await options.before?.(page);
      await page.goto(`${origin}/`);
      return { page, seen, origin, field: page.getByLabel("Captured SAML") };
    },
    close: async () => {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Puts a text on the clipboard and pastes it as a person does. */
export async function paste(page, field, text) {
  await page.evaluate((text) => navigator.clipboard.writeText(text), text);
  await field.focus();
  await page.keyboard.press("ControlOrMeta+V");
}

/** The value that the page shows beside a name of the summary. */
export const shown = (page, name) => page.locator(`.value[data-name="${name}"]`);

export async function screenshot(page, name) {
  const folder = join(root, "artifacts", "screenshots");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
