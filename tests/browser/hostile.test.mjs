// Messages made to break the page: nothing in them runs, nothing is asked for, nothing scrolls sideways, and the page
// still answers.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { clickAndPaint, fits, paste, settled, start, ui } from "./harness.mjs";

const names = 'xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns="urn:oasis:names:tc:SAML:2.0:assertion"';
const escape = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const attribute = (name, value) =>
  `<Attribute Name="${escape(name)}"><AttributeValue>${escape(value)}</AttributeValue></Attribute>`;

/** A Response of one unsigned assertion. */
function response({ nameId = "alice@acme.example", issuer = "https://idp.acme.example/", attributes = "", more = "" } = {}) {
  return (
    `<p:Response ${names} ID="_r" Version="2.0" IssueInstant="2026-03-01T08:00:00Z"><Issuer>${escape(issuer)}</Issuer>` +
    `<p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status>` +
    `<Assertion ID="_a" Version="2.0" IssueInstant="2026-03-01T08:00:00Z"><Issuer>${escape(issuer)}</Issuer>` +
    `<Subject><NameID>${escape(nameId)}</NameID></Subject><AttributeStatement>${attributes}</AttributeStatement>${more}` +
    `</Assertion></p:Response>`
  );
}

/** Each in another way says `ran` where a page takes a text for markup, a script, a style or an address. */
const scripts = [
  `<img src=x onerror="window.ran=1">`,
  `<svg onload="window.ran=1"><script>window.ran=1</script></svg>`,
  `"><iframe srcdoc="<script>parent.ran=1</script>"></iframe>`,
  `' autofocus onfocus='window.ran=1`,
  `javascript:window.ran=1//https://signin.aliyun.com/`,
  `</textarea></script></style><script>window.ran=1</script>`,
  `{{constructor.constructor("window.ran=1")()}}\${window.ran=1}`,
];
const bidirectional = "\u202Eelpmaxe.emca@ecila\u202C \u2066\u05D0\u05D1\u05D2\u2069 \u200Fgpj.exe \u0301\u0301\u0301\u200B\uFEFF";
const long = "W".repeat(1 << 20);

const messages = {
  "markup in every value": response({
    nameId: scripts.join(" "),
    issuer: scripts[0],
    attributes: scripts.map((script) => attribute(script, script)).join(""),
  }),
  "markup as the message's own elements": response({
    more: `<x:script xmlns:x="http://www.w3.org/1999/xhtml">window.ran=1</x:script>` +
      `<x:img xmlns:x="http://www.w3.org/1999/xhtml" src="x" onerror="window.ran=1"/>`,
  }),
  "markup where no message is": scripts.join("\n"),
  "an address of markup": `https://sp.example/acs?SAMLResponse=${encodeURIComponent(scripts[0])}&RelayState=javascript:window.ran=1`,
  "an attribute value of 1 MB without a place to break": response({ attributes: attribute("department", long) }),
  "a NameID of 1 MB": response({ nameId: long }),
  "text that runs both ways": response({ nameId: bidirectional, attributes: attribute(bidirectional, bidirectional) }),
  "10,000 attributes": response({
    attributes: Array.from({ length: 10_000 }, (_, at) => attribute(`name-${at}`, `value ${at}`)).join(""),
  }),
  "a message of 5 MB": response({
    attributes: Array.from({ length: 500 }, (_, at) => attribute(`group-${at}`, `cn=${at},`.repeat(1600))).join("\n"),
  }),
  "garbage": Array.from({ length: 4000 }, (_, at) => String.fromCharCode((at * 7919) % 0xd7ff || 1)).join(""),
  "1 MB of <": "<".repeat(1 << 20),
};

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

for (const [name, message] of Object.entries(messages)) {
  test(`hostile: ${name} (${Buffer.byteLength(message)} bytes)`, async () => {
    const { page, seen, field } = await browser.open({ viewport: { width: 360, height: 740 } });
    await field.waitFor();
    await settled(page);
    const loaded = seen.requests.length;
    await paste(page, field, message);
    await ui.verdict(page).waitFor({ timeout: 30_000 });
    assert.ok(await fits(page), "the page does not scroll sideways");
    for (const target of [ui.verdict(page), ui.busy(page)]) {
      if ((await target.count()) === 0) continue;
      // The best of three: what else the machine does is not the page's fault.
      const took = [];
      while (took.length < 3 && !took.some((time) => time < 1000)) took.push(await clickAndPaint(page, target));
      assert.ok(Math.min(...took) < 1000, `clicks were answered after ${took.map(Math.round).join(", ")} ms`);
    }
    assert.ok(await fits(page), "nor after a click");
    assert.equal(await page.evaluate(() => window.ran), undefined, "nothing in it ran");
    assert.deepEqual(seen.opened, [], "no dialog and no window was opened");
    assert.deepEqual(seen.requests.slice(loaded), [], "nothing was asked for");
    assert.deepEqual(seen.complaints, []);
    await page.context().close();
  });
}

test("hostile: the names of files are text as well", async () => {
  const { page, seen, field } = await browser.open({ viewport: { width: 360, height: 740 } });
  await field.waitFor();
  const named = (name) => ({ name, mimeType: "text/xml", buffer: Buffer.from(response()) });
  await ui.files(page).setInputFiles([named(`${scripts[0]}.xml`), named(`${"n".repeat(200)}.xml`), named(bidirectional)]);
  await ui.verdict(page).waitFor();
  assert.ok(await fits(page));
  assert.equal(await page.evaluate(() => window.ran), undefined);
  assert.deepEqual([seen.opened, seen.complaints], [[], []]);
});

test("hostile: these tests would see markup that is taken for markup", async () => {
  const { page, seen, field } = await browser.open({ viewport: { width: 360, height: 740 } });
  await field.waitFor();
  const loaded = seen.requests.length;
  await page.evaluate((markup) => document.querySelector("main").insertAdjacentHTML("afterbegin", markup), scripts[0]);
  await page.waitForFunction(() => document.querySelector("main img").complete);
  assert.ok(seen.requests.length > loaded || seen.complaints.length > 0, "it asks for the image, or the policy refuses");
  assert.notDeepEqual(seen.complaints, [], "the policy refuses its handler, and says so");
  assert.ok(await fits(page));
  await page.evaluate(() => document.querySelector("main").style.setProperty("width", "500px"));
  assert.equal(await fits(page), false);
});
