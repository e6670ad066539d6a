// Firefox as Debian ships it, driven over WebDriver BiDi, which it speaks by itself. playwright needs a Firefox of its own.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";

/** The program that FIREFOX names, or one that is found; undefined: there is none. */
export function findFirefox() {
  const names = [process.env.FIREFOX, "firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"];
  return names.find((name) => name && spawnSync(name, ["--version"]).status === 0);
}

/** Starts Firefox with a profile that is thrown away; `close` ends it. */
export async function startFirefox(program) {
  const profile = mkdtempSync(join(tmpdir(), "samlens-firefox-"));
  // The offline copy would be loaded at some time or other (offline.test.mjs is about it).
  writeFileSync(join(profile, "user.js"), 'user_pref("dom.serviceWorkers.enabled", false);\n');
  // In a group of its own, so that `close` ends its helpers too.
  const child = spawn(program, ["--headless", "--no-remote", "--remote-debugging-port=0", "--profile", profile], {
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  const address = await new Promise((found, fail) => {
    let said = "";
    child.stderr.on("data", (data) => {
      said += data;
      const match = /WebDriver BiDi listening on (ws:\S+)/.exec(said);
      if (match) found(match[1]);
    });
    child.on("exit", () => fail(new Error(`Firefox ended: ${said}`)));
  });
  const socket = new WebSocket(`${address}/session`);
  await new Promise((open, fail) => socket.on("open", open).on("error", fail));
  const waiting = new Map();
  const events = [];
  socket.on("message", (data) => {
    const message = JSON.parse(data);
    if (message.type === "event") return events.push(message);
    const { done, fail } = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.type === "error") fail(new Error(`${message.error}: ${message.message}`));
    else done(message.result);
  });
  let last = 0;
  const send = (method, params = {}) =>
    new Promise((done, fail) => {
      waiting.set((last += 1), { done, fail });
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  await send("session.new", { capabilities: {} });
  const { context } = await send("browsingContext.create", { type: "tab" });
  return {
    send,
    /** Everything that was subscribed to and came, in its order. */
    events,
    go: (url) => send("browsingContext.navigate", { context, url, wait: "complete" }),
    /** Runs a function in the page with texts and numbers, and returns what JSON can say. */
    run: async (code, ...values) => {
      const answer = await send("script.callFunction", {
        functionDeclaration: `async (...values) => JSON.stringify(await (${code})(...values)) ?? "null"`,
        awaitPromise: true,
        target: { context },
        arguments: values.map((value) => ({ type: typeof value, value })),
        userActivation: true,
      });
      if (answer.type === "exception") throw new Error(answer.exceptionDetails.text);
      return JSON.parse(answer.result.value);
    },
    /** Holds a key and presses another, as a person does. */
    press: (held, key) =>
      send("input.performActions", {
        context,
        actions: [
          {
            type: "key",
            id: "keys",
            actions: [
              { type: "keyDown", value: held },
              { type: "keyDown", value: key },
              { type: "keyUp", value: key },
              { type: "keyUp", value: held },
            ],
          },
        ],
      }),
    close: async () => {
      await send("browser.close").catch(() => {});
      socket.terminate();
      const ended = new Promise((ended) => child.on("exit", ended));
      if (child.exitCode === null) {
        setTimeout(() => process.kill(-child.pid, "SIGKILL"), 5000).unref();
        await ended;
      }
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}
