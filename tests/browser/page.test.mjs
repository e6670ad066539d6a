// What a person does with the page as a whole, done in a real Chromium with the release build.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { holdAnswers, paste, read, start, ui } from "./harness.mjs";

const okta = read("tests/golden/post-form/input.txt");
const redirect = read("tests/golden/redirect-url/input.txt");
const truncated = read("tests/golden/error-truncated/input.txt");
const metadata = read("tests/golden/metadata/input.txt");

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

const card = (page) => page.locator(".card");
const outcome = (page, text) => page.locator(".outcome", { hasText: text }).waitFor();
const chips = (page) => page.locator(".capture");
const pasteAnywhere = async (page, text) => {
  await page.evaluate((text) => navigator.clipboard.writeText(text), text);
  await page.keyboard.press("ControlOrMeta+V");
};

test("a paste is answered without a button, and no request leaves the page", async () => {
  const { page, seen, origin, field } = await browser.open();
  await field.waitFor();
  await page.waitForLoadState("networkidle");
  const loaded = seen.requests.length;
  await paste(page, field, okta);
  await outcome(page, "Cannot tell yet");
  await page.locator(".right", { hasText: "saml2p:Response" }).waitFor();
  assert.equal(await field.isVisible(), false, "the field has stepped back");
  assert.match(await chips(page).first().innerText(), /Response/);
  assert.equal(seen.requests.length, loaded, "nothing was asked for after the page had loaded");
  assert.ok(seen.requests.every((url) => url.startsWith(`${origin}/`) || url.startsWith(`blob:${origin}/`)), seen.requests.join("\n"));
  assert.deepEqual(seen.complaints, []);
});

test("the policy refuses every connection but to the page's own files, in page and worker", async () => {
  const { page, origin, field } = await browser.open();
  await field.waitFor();
  const refused = await page.evaluate(async () => {
    const elsewhere = "http://127.0.0.1:9/";
    const tried = [
      () => fetch(elsewhere),
      () => new Promise((done, fail) => Object.assign(new Image(), { onload: done, onerror: fail, src: elsewhere })),
      () => import(elsewhere),
    ];
    const violations = [];
    document.addEventListener("securitypolicyviolation", (event) => violations.push(event.effectiveDirective));
    for (const attempt of tried) await attempt().catch(() => {});
    await new Promise((next) => setTimeout(next, 0));
    // A worker made as the page makes its own.
    const source = `fetch("${elsewhere}").then(() => postMessage("sent"), (error) => postMessage("refused")); onmessage = () => {}`;
    let heard = "";
    self.addEventListener("securitypolicyviolation", () => {});
    const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })), { type: "module" });
    heard = await new Promise((done) => (worker.onmessage = (event) => done(event.data)));
    return [...violations, heard];
  });
  assert.deepEqual(refused, ["connect-src", "img-src", "script-src-elem", "refused"]);
  assert.equal(await page.evaluate((url) => fetch(url).then((answer) => answer.status), `${origin}/boot.js`), 200);
});

test("typed keys arrive one by one, the field stays, and the answer follows", async () => {
  const { page, seen, field } = await browser.open();
  await field.waitFor();
  assert.ok(await field.evaluate((field) => field === document.activeElement), "the field has the focus");
  await page.keyboard.type("<a>1</a>");
  await outcome(page, "No SAML message");
  await page.keyboard.press("Backspace");
  await page.locator(".card.unread h1", { hasText: "the text ends within a tag" }).waitFor();
  await page.keyboard.type(">");
  assert.equal(await field.inputValue(), "<a>1</a>");
  assert.ok(await field.evaluate((field) => field === document.activeElement), "typing goes on");
  assert.deepEqual(seen.complaints, []);
});

test("what cannot be read says at which step and byte, and what to try, and stays in the field", async () => {
  const { page, field } = await browser.open();
  await field.waitFor();
  await paste(page, field, truncated);
  await outcome(page, "This could not be read");
  assert.match(await card(page).innerText(), /Step “base64-decode”, byte \d+/);
  assert.match(await card(page).innerText(), /Copy the whole value/);
  assert.equal(await field.inputValue(), truncated, "nothing typed is lost");
});

test("every further paste is one more capture; undo brings back; each can be looked at, edited, removed", async () => {
  const { page, seen, field } = await browser.open();
  await field.waitFor();
  await paste(page, field, okta);
  await outcome(page, "Cannot tell yet");
  await pasteAnywhere(page, redirect);
  await page.locator(".capture[data-selected=true]", { hasText: "AuthnRequest" }).waitFor();
  assert.equal(await chips(page).count(), 2);
  await chips(page).first().locator("button").first().click();
  await page.locator(".capture[data-selected=true]", { hasText: "Response" }).waitFor();
  await page.getByRole("button", { name: "Remove pasted text", exact: true }).click();
  await page.waitForFunction(() => document.querySelectorAll(".capture").length === 1);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".capture").length === 2);
  await page.getByRole("button", { name: "Edit pasted text", exact: true }).click();
  assert.equal(await field.inputValue(), okta, "to the byte");
  await field.fill(okta.replace("PD94bWwg", "PD94bWwh"));
  await page.locator(".card.unread").waitFor();
  assert.deepEqual(seen.complaints, []);
});

test("dropped files are captures; metadata beside a message leaves the message in view and makes its key trusted", async () => {
  const { page, seen, field } = await browser.open();
  await field.waitFor();
  await paste(page, field, okta);
  await outcome(page, "Cannot tell yet");
  await page.evaluate((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], "idp-metadata.xml"));
    const drop = new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
    document.querySelector("main").dispatchEvent(drop);
  }, read("tests/fixtures/cases/okta/idp-metadata.xml"));
  await page.locator(".capture", { hasText: "EntityDescriptor" }).waitFor();
  assert.match(await page.locator(".capture[data-selected=true]").innerText(), /Response/);
  await page.getByRole("tab", { name: "Signatures" }).click();
  await page.locator("#place", { hasText: "by a key you gave" }).waitFor();
  assert.deepEqual(seen.complaints, []);
});

test("a second paste behind the first is a second capture, though the first could not be read", async () => {
  const { page, field } = await browser.open();
  await field.waitFor();
  await paste(page, field, truncated);
  await outcome(page, "This could not be read");
  assert.ok(await field.isVisible());
  await field.focus();
  await page.keyboard.press("Control+End");
  await pasteAnywhere(page, okta);
  await page.waitForFunction(() => document.querySelectorAll(".capture").length === 2);
  await page.locator(".capture[data-selected=true]", { hasText: "Response" }).waitFor();
});

test("a paste of a megabyte is read, and goes not through the field", async () => {
  const { page, field } = await browser.open();
  await field.waitFor();
  const xml = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_a">${"<!-- long -->".repeat(90_000)}</samlp:Response>`;
  await pasteAnywhere(page, xml);
  await page.locator(".capture", { hasText: "Response" }).waitFor();
  assert.equal(await page.locator(".source textarea").evaluate((field) => field.value), "", "it would take seconds to lay out");
  assert.equal(await page.getByRole("button", { name: "Edit pasted text", exact: true }).isVisible(), false);
});

test("undo after clearing brings back what was there, its context too", async () => {
  const { page, field } = await browser.open();
  await field.waitFor();
  await page.locator('[data-sample="wrong-domain"]').click();
  await outcome(page, "The login is refused");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("button", { name: "Clear", exact: true }).click();
  await page.locator("[data-sample]").first().waitFor();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.locator(".card h1", { hasText: "the part after the user name must be @acme-cloud.onaliyun.com" }).waitFor();
});

test("what is missing is asked for in the card, and what is put in there changes the verdict", async () => {
  const { page, field, seen } = await browser.open();
  await field.waitFor();
  await paste(page, field, okta);
  await outcome(page, "Cannot tell yet");
  const metadata = page.locator(".card .missing [data-key=metadata]");
  await metadata.locator("summary").click();
  await metadata.locator("textarea").fill(read("tests/fixtures/cases/okta/idp-metadata.xml"));
  await metadata.getByRole("button", { name: "Use this text" }).click();
  await page.locator(".legend", { hasText: "by a key you gave" }).waitFor();
  await page.waitForFunction(() => !document.querySelector(".card .missing [data-key=certificates]"));
  assert.deepEqual(seen.complaints, []);
});

test("the words of an error alone are explained, others are told for what they are, and both stay in the field", async () => {
  for (const [text, told, sentence] of [
    ["Sign-in failed: EntityNotExist.RoleArn The specified Role does not exist.", "A known error", "is a known error"],
    ["it fails and nobody knows why", "This could not be read", "These are words, and no SAML message is among them."],
  ]) {
    const { page, field, seen } = await browser.open();
    await field.waitFor();
    await paste(page, field, text);
    await outcome(page, told);
    await page.locator(".card h1", { hasText: sentence }).waitFor();
    assert.equal(await field.inputValue(), text);
    assert.deepEqual(seen.complaints, []);
  }
});

test("a request and a response pasted below each other, without anything else, are two messages of one login", async () => {
  const { page, field, seen } = await browser.open();
  await field.waitFor();
  const saml = (kind, id, more) => Buffer.from(
    `<samlp:${kind} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${id}" Version="2.0" IssueInstant="2026-03-01T08:00:00Z"${more}`,
  ).toString("base64");
  await paste(page, field, `${saml("AuthnRequest", "_request0000000000", "/>")}\n\n${saml("Response", "_response00000000", " InResponseTo=\"_other\"/>")}\n`);
  await page.locator(".capture", { hasText: "2 messages" }).waitFor();
  await ui.tab(page, "flow").click();
  const drawn = await ui.place(page, "flow").innerText();
  assert.ok(drawn.includes("AuthnRequest") && drawn.includes("Response"), drawn);
  assert.deepEqual(seen.complaints, []);
});

test("what an error page or the context says is explained beside the verdict", async () => {
  const { page, field, seen } = await browser.open();
  await field.waitFor();
  const login = "<!DOCTYPE html><html><body><h1>Sign in</h1><p>AADSTS50105: not assigned to a role</p></body></html>";
  await paste(page, field, login);
  await outcome(page, "A known error");
  await page.locator(".card h1", { hasText: "“AADSTS50105” is a known error" }).waitFor();
  assert.match(await page.locator(".card .quiet").first().innerText(), /web page/);
  await pasteAnywhere(page, okta);
  await page.locator(".capture[data-selected=true]", { hasText: "Response" }).waitFor();
  const said = page.locator(".card .said");
  await said.waitFor();
  assert.match(await said.innerText(), /AADSTS50105 · in the captured text\s+\S.{20}/);
  assert.deepEqual(seen.complaints, []);
});

test("the verdict says why, who must act and what to do, marks the difference, and leads to the bytes", async () => {
  const { page, seen, field } = await browser.open();
  await field.waitFor();
  await paste(page, field, read("tests/scenarios/generic-issuer-http/input.txt"));
  await outcome(page, /./);
  await pasteAnywhere(page, read("tests/scenarios/generic-issuer-http/idp-metadata.xml"));
  const failed = page.locator(".card.failed");
  await failed.waitFor();
  assert.match(await failed.locator("h1").innerText(), /http:\/\/.*https:\/\//);
  assert.match(await failed.locator(".who").innerText(), /admin must act/);
  assert.ok((await failed.locator(".repair dd").count()) >= 1, "there is a repair");
  assert.deepEqual(await failed.locator(".sent mark, .known mark").allInnerTexts(), ["s"], "the one letter that differs is marked");
  assert.ok((await page.locator(".check[data-rule]").count()) >= 2, "the checks stand below");
  assert.deepEqual(seen.complaints, []);
});

test("checks are filtered by state and searched by rule and text; what was not checked says why", async () => {
  const { page, field } = await browser.open();
  await field.waitFor();
  await paste(page, field, okta);
  await outcome(page, "Cannot tell yet");
  await page.getByRole("button", { name: "Not checked", exact: true }).click();
  const rows = page.locator(".check");
  assert.ok((await rows.count()) > 5);
  assert.equal(await page.locator(".check:not(.unchecked)").count(), 0);
  await rows.first().locator("summary").click();
  assert.match(await rows.first().innerText(), /Not checked because this is not known: \S+/);
  await page.getByRole("button", { name: "Passed", exact: true }).click();
  assert.ok((await rows.count()) > 10);
  await page.getByRole("searchbox", { name: "Search the checks" }).fill("audience");
  await page.waitForFunction(() => [...document.querySelectorAll(".check")].every((check) => /audience/i.test(check.textContent)));
  assert.ok((await rows.count()) >= 1);
  await page.getByRole("searchbox", { name: "Search the checks" }).fill("no such rule");
  await page.getByText("No check fits the search.").waitFor();
});

const refused = "The login is refused";
const samples = {
  "clean-login": ["Nothing is wrong with it", /its signature, times, audience and address are as they should be/],
  "wrong-domain": [refused, /finds no RAM user for alice@acme\.example/],
  "role-pair": [refused, /role is in account 5647382910564738 and the identity provider in account 1029384756102938/],
  "relay-state": ["It may work, and should not", /https:\/\/signin\.aliyun\.com\.evil\.example\/console is made to look like/],
  expired: [refused, /until 2026-06-22T10:05:00\.000Z, but it was used at 2026-06-22T12:00:00Z/],
  "wrong-certificate": [refused, /signed with CN=globex-shib2-rsa.* the loaded keys .* do not hold/],
  "pretty-printed": [refused, /White space was put between the elements after signing/],
  wrapped: [refused, /A second assertion for mallory@evil\.example was put before the signed one/],
  encrypted: ["Nothing is wrong with it", /its signature, times, audience and address are as they should be/],
  "request-and-response": [refused, /AD FS could not issue the NameID/],
  metadata: ["This metadata is refused", /was valid until 2026-02-28T00:00:00Z/],
  "redirect-request": [refused, /The signature holds only without the RelayState \/start/],
};

for (const [name, [said, sentence]] of Object.entries(samples)) {
  test(`the sample ${name} opens with one click and gives its verdict`, async () => {
    const { page, seen, field } = await browser.open();
    await field.waitFor();
    await page.locator(`[data-sample="${name}"]`).click();
    await page.locator(".card h1").waitFor();
    assert.equal((await page.locator(".outcome").innerText()).trim(), said);
    assert.match(await page.locator(".card h1").innerText(), sentence);
    assert.equal(await page.locator(".unused").count(), 0, "all of its context can be used");
    assert.deepEqual(seen.complaints, []);
  });
}

test("the keyboard alone leads from paste to bytes", async () => {
  const { page, seen, field } = await browser.open();
  await field.waitFor();
  await pasteAnywhere(page, read("tests/scenarios/generic-issuer-http/input.txt"));
  await outcome(page, /./);
  await pasteAnywhere(page, read("tests/scenarios/generic-issuer-http/idp-metadata.xml"));
  await page.locator(".card.failed").waitFor();
  await page.keyboard.press("j");
  const current = page.locator(".check[aria-current=true]");
  await current.waitFor();
  const first = await current.getAttribute("data-rule");
  await page.keyboard.press("j");
  await page.waitForFunction((first) => document.querySelector(".check[aria-current=true]")?.dataset.rule !== first, first);
  await page.keyboard.press("k");
  await page.locator(`.check[aria-current=true][data-rule="${first}"]`).waitFor();
  assert.ok(await current.locator("summary").evaluate((check) => check === document.activeElement), "the focus goes along");
  await page.keyboard.press("Enter");
  await page.locator("[role=tab][data-shown=true]", { hasText: "Message" }).waitFor();
  await page.locator(".x-made .target").first().waitFor();
  const marked = (await page.locator(".x-made .target").allInnerTexts()).join("");
  assert.match(marked, /^http:\/\//, "the Issuer that differs is what is marked");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "hidden" });
  await page.locator("[role=tab][tabindex='0']:visible").first().focus();
  await page.keyboard.press("ArrowRight");
  await page.locator("[role=tab][data-shown=true]", { hasText: "Identity" }).waitFor();
  await page.keyboard.press("End");
  await page.locator("[role=tab][data-shown=true]", { hasText: "Privacy" }).waitFor();
  assert.deepEqual(seen.complaints, []);
});

test("Chinese by the browser's language, English by a click, and the verdict with it", async () => {
  const { page, seen } = await browser.open({ locale: "zh-CN" });
  const field = page.getByLabel("捕获的 SAML 内容").last();
  await field.waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "zh");
  await page.locator('[data-sample="wrong-domain"]').click();
  await page.locator(".card h1", { hasText: /\p{Script=Han}/u }).waitFor();
  await page.getByRole("button", { name: "English" }).click();
  await outcome(page, "The login is refused");
  await page.waitForFunction(() => !/\p{Script=Han}/u.test(document.querySelector(".left").innerText));
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  assert.deepEqual(seen.complaints, []);
});

test("theme and contrast can be switched, and nothing is stored", async () => {
  const { page, field } = await browser.open({ colorScheme: "light" });
  await field.waitFor();
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole("button", { name: "Theme: as the system" }).click();
  await page.getByRole("button", { name: "Theme: light" }).click();
  await page.getByRole("button", { name: "Theme: dark" }).waitFor();
  assert.notEqual(await ground(), light);
  await page.getByRole("button", { name: "High contrast" }).click();
  assert.equal(await page.locator("html").getAttribute("data-contrast"), "more");
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]), [0, 0, ""]);
});

test("the privacy place shows the policy, counts requests and names the build", async () => {
  const { page, field } = await browser.open();
  await field.waitFor();
  await page.getByRole("button", { name: "See the proof" }).click();
  const place = page.locator(".privacy");
  await place.waitFor();
  assert.match(await place.innerText(), /default-src 'none'/);
  await page.locator(".hash code", { hasText: /^[0-9a-f]{64}$/ }).waitFor();
  const count = () => page.locator("[data-requests]").getAttribute("data-requests").then(Number);
  const first = await count();
  assert.ok(first >= 5, `${first} requests`);
  await page.evaluate(() => fetch("boot.js?again"));
  await page.waitForFunction((first) => Number(document.querySelector("[data-requests]").dataset.requests) > first, first);
  assert.match(await place.innerText(), /0 to anything else/);
});

test("a fault in the engine ends the worker and not the page: it says so, keeps the input and goes on", async () => {
  const { page, field } = await browser.open({
    before: (page) =>
      page.addInitScript(() => {
        const Real = Worker;
        globalThis.workers = [];
        globalThis.Worker = class extends Real {
          constructor(...given) {
            super(...given);
            workers.push(this);
          }
        };
      }),
  });
  await field.waitFor();
  await page.locator("html[data-rehearsed]").waitFor();
  assert.equal(await page.evaluate(() => workers.length), 1);
  await page.evaluate(() => {
    // The next question about a case is answered by the error that a trap in there gives.
    const worker = workers[0];
    const ask = worker.postMessage;
    const fault = () => worker.dispatchEvent(new ErrorEvent("error", { message: "RuntimeError: table index is out of bounds" }));
    worker.postMessage = function (message, transfer) {
      if (new TextDecoder().decode(message[1]).includes('"Inspect"')) setTimeout(fault);
      else ask.call(this, message, transfer);
    };
  });
  await paste(page, field, okta);
  await page.getByText(/Something inside samlens failed: RuntimeError: table index is out of bounds/).waitFor();
  assert.equal(await field.inputValue(), okta);
  await page.getByRole("button", { name: "Try again" }).click();
  await outcome(page, "Cannot tell yet");
  assert.equal(await page.evaluate(() => workers.length), 2);
  assert.equal(await page.getByText(/failed: RuntimeError/).count(), 0);
});

test("long work says that it goes on, and can be cancelled", async () => {
  const { page, field } = await browser.open({ before: (page) => page.addInitScript(holdAnswers) });
  await field.waitFor();
  await page.evaluate(() => (held = true));
  await paste(page, field, okta);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("It was stopped.").waitFor();
  assert.equal(await field.inputValue(), okta);
  await page.evaluate(() => (held = false));
  await page.getByRole("button", { name: "Try again" }).click();
  await outcome(page, "Cannot tell yet");
});

test("leaving with a case open warns", async () => {
  const { page, field } = await browser.open();
  await field.waitFor();
  const prevented = () => page.evaluate(() => !dispatchEvent(new Event("beforeunload", { cancelable: true })));
  assert.equal(await prevented(), false);
  await paste(page, field, okta);
  await outcome(page, "Cannot tell yet");
  assert.equal(await prevented(), true);
});

test("where the program cannot start, the page says so", async () => {
  const { page } = await browser.open({
    before: (page) => page.route("**/*.wasm", (route) => route.fulfill({ status: 404, body: "" })),
  });
  await page.getByText("samlens could not start").waitFor();
});

test("metadata alone has its findings in the verdict", async () => {
  const { page, field } = await browser.open();
  await field.waitFor();
  await paste(page, field, metadata);
  await page.locator(".card h1").waitFor();
  await page.getByRole("button", { name: "All", exact: true }).click();
  assert.ok((await page.locator(".group[data-group=metadata] .check").count()) >= 1);
});

for (const width of [1280, 768, 390, 360]) {
  test(`nothing scrolls sideways at ${width} px`, async () => {
    const { page, field } = await browser.open({ viewport: { width, height: 900 } });
    await field.waitFor();
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
    assert.ok(await fits(), "start");
    await page.locator('[data-sample="wrong-domain"]').click();
    await page.locator(".card h1").waitFor();
    for (const tab of await page.locator("[role=tab]:visible").all()) {
      await tab.click();
      assert.ok(await fits(), await tab.innerText());
    }
  });
}
