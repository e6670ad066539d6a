// Scenarios with polyglots in every value, in every place of the page and in both languages: nothing runs, nothing is asked
// for, and no element is there that the page does not make.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { inflateRawSync } from "node:zlib";
import { caseOf } from "./cases.mjs";
import { languages, marks, openCase, settled, start, ui } from "./harness.mjs";

/** Markup, scripts, addresses, formulas, escapes, directions, specials of Markdown: each says `ran` where it runs. */
const polyglots = [
  `zqx"'><img src=x onerror="window.ran=1"><svg onload="window.ran=1">`,
  `zqx</textarea></title></style></script><script>window.ran=1</script>`,
  `zqx--><iframe srcdoc="<script>parent.ran=1</script>"></iframe><!--`,
  `javascript:window.ran=1//zqx.example/`,
  `data:text/html,<script>opener.ran=1</script>zqx`,
  `zqx' autofocus onfocus='window.ran=1' style='position:fixed' href='javascript:window.ran=1`,
  `{{constructor.constructor("window.ran=1")()}}zqx\${window.ran=1}#{zqx}`,
  `=cmd|'/C calc'!A0 zqx`,
  `zqx\u202Eelpmaxe\u202C\u2066\u200F\u061C\u2028zqx\u009B31m`,
  `zqx](javascript:window.ran=1) <https://zqx.example/> | a | \`b\``,
  `//zqx.example/a?b#c`,
  `<base href="//zqx.example/"><form action="//zqx.example/"><input name=zqx>`,
  `zqx&lt;img src=x onerror=window.ran=1&gt;&amp;#60;`,
];
let drawn = 7;
const draw = () => polyglots[(drawn = (drawn * 48271) % 2147483647) % polyglots.length];
const escaped = (text) =>
  text.replace(/[&<>"'\t\r\n]/g, (c) => `&#${c.charCodeAt(0)};`);

/** The XML of an input: as it is, in base64, or in a URL's or a form's parameter. */
function decoded(text) {
  if (text.trimStart().startsWith("<")) return text;
  const parameter = /(?:^|[?&])SAML(?:Request|Response)=([^&\s]+)/.exec(text);
  const bytes = Buffer.from(parameter ? decodeURIComponent(parameter[1]) : text.trim(), "base64");
  const xml = bytes.toString("utf8").trimStart().startsWith("<") ? bytes : inflateRawSync(bytes);
  return xml.toString("utf8");
}

/** So many of twelve of its attributes and texts are polyglots; namespaces and certificates stay. */
function mutated(xml, share) {
  let at = 0;
  const chosen = () => (at = (at * 5 + 3) % 12) < share;
  const declaration = /^\s*<\?xml[^>]*>/.exec(xml)?.[0] ?? "";
  return declaration + xml.slice(declaration.length)
    .replace(/(<(?![?!])[^>]*>)([^<]*\S[^<]*)(?=<)/g, (all, tag, text) =>
      !/X509Certificate|CipherValue|Modulus/.test(tag) && !tag.startsWith("</") && chosen() ? tag + escaped(draw()) : all)
    .replace(/(\s)(?!xmlns[:=])([\w:]+)=("[^"<]*"|'[^'<]*')(?=[^<>]*>)/g, (all, space, name) =>
      chosen() ? `${space}${name}="${escaped(draw())}"` : all);
}

/** A scenario as a case of polyglots. */
function hostile(name, share) {
  const made = caseOf(name);
  const names = new Map();
  made.inputs = made.inputs.map(({ text }) => {
    const xml = mutated(decoded(text), share);
    const coded = encodeURIComponent(Buffer.from(xml).toString("base64"));
    const form = `SAMLResponse=${coded}&RelayState=${encodeURIComponent(draw())}`;
    return { name: draw(), text: xml.includes("Descriptor") ? xml : form };
  });
  made.files = made.files.filter(({ name }) => !name.endsWith(".pem")).map(({ name, text }, number) => {
    names.set(name, `${number} zqx<img src=x onerror='window.ran=1'>.xml`.replace("/", ""));
    return { name: names.get(name), text: text.trimStart().startsWith("<") ? mutated(text, share) : text };
  });
  const renamed = (all = []) => all.map((name) => names.get(name)).filter(Boolean);
  const { metadata, certificates, request, profile } = made.context;
  made.files = made.files.filter(({ name }) => [...renamed(metadata), ...renamed(certificates), names.get(request)].includes(name));
  made.context = {
    ...(profile && { profile }),
    ...(metadata && { metadata: renamed(metadata) }),
    ...(certificates && { certificates: renamed(certificates) }),
    ...(request && { request: names.get(request) }),
    received_at: draw(), sp_entity_id: draw(), error_text: polyglots.join(" "),
    alibaba: {
      account_id: draw(), default_domain: draw(), domain_alias: draw(), auxiliary_domain: draw(),
      ram_users: [draw(), draw()], ram_roles: [draw()], saml_providers: [draw()], cloudsso_users: [draw()], idaas_idp_name: draw(),
    },
  };
  made.about = { en: draw(), zh: draw() };
  return made;
}

/** What is in the page that its views do not make: elements, attributes that run or load, addresses that lead elsewhere. */
const strange = (page) =>
  page.evaluate(() => {
    const faults = [];
    const never = "script,img,iframe,object,embed,base,link,meta,style,video,audio,source,template,frame,applet,math,foreignObject,animate,set";
    for (const element of document.body.querySelectorAll(never)) {
      if (element.localName !== "script" || !element.dataset.js) faults.push(element.outerHTML.slice(0, 120));
    }
    for (const element of document.querySelectorAll("body *")) {
      for (const { name, value } of element.attributes) {
        // What is measured stands in properties of the page's own, which are numbers.
        const isMeasure = name === "style" && /^(--[a-z-]+: ?-?[\d.]+[a-z%]*;? ?)+$/.test(value);
        if (!isMeasure && /^on|^style$|^srcdoc$|^formaction$|^action$|^ping$/.test(name)) faults.push(`${name}=${value}`);
        const leads = ["href", "src", "xlink:href", "data"].includes(name);
        if (leads && !/^(#|blob:|[\w./-]*$)/.test(value) && new URL(value, document.baseURI).origin !== location.origin) {
          // What a rule or a word of the standard is explained by is the page's own, and has no value in it.
          if (!value.startsWith("https://") || value.includes("zqx")) faults.push(`${name}=${value}`);
        }
        if (/zqx|window\.ran/.test(name)) faults.push(`an attribute ${name}`);
      }
    }
    if (document.head.querySelectorAll("title").length !== 1) faults.push("titles");
    return faults;
  });

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

/** Opens what is folded, and goes to what lists the most. */
const unfold = (page) =>
  page.evaluate(() => document.querySelectorAll("main details:not([open])").forEach((details) => (details.open = true)));

const chosen = [
  ["ali-user-nameid-suffix-unknown", 3, "en"],
  ["sig-nameid-changed", 1, "zh"],
  ["ali-role-role-not-found", 2, "zh"],
  ["attack-xsw3", 2, "en"],
  ["metadata-location-javascript", 4, "en"],
  ["clean-generic-response-signed", 12, "zh"],
];

for (const [name, share, language] of chosen) {
  test(`injection: ${name} with ${share} of 12 values hostile, in every place (${language})`, async () => {
    const { page, seen, origin, field } = await browser.open({ locale: languages[language] });
    await field.waitFor();
    await settled(page);
    const loaded = seen.requests.length;
    await openCase(page, hostile(name, share));
    const found = [];
    let shown = 0;
    const look = async (place) => {
      await unfold(page);
      await page.waitForTimeout(60);
      found.push(...(await strange(page)).map((fault) => `${place}: ${fault}`));
      shown += await page.evaluate(() => document.body.innerText.split("zqx").length - 1);
    };
    await look("verdict");
    const tabs = await page.locator("[role=tab]:visible").evaluateAll((all) => all.map((tab) => tab.id));
    assert.ok(tabs.length >= 8, tabs.join());
    for (const tab of tabs) {
      await page.locator(`#${tab}`).click();
      await look(tab);
      if (tab === "tab-message") {
        // What is said of an element, and what a search finds.
        const rows = page.locator(".xml .row, .xml [data-row]");
        if (await rows.count()) await rows.first().click();
        await look(`${tab}, explained`);
      }
      if (tab === "tab-metadata") {
        for (const part of await page.locator(".choice [data-part]").all()) {
          await part.click();
          await look(`${tab}, ${await part.getAttribute("data-part")}`);
        }
      }
    }
    assert.deepEqual(found, []);
    assert.ok(shown > 20, `the values are shown, ${shown} times`);
    assert.equal(await page.evaluate(() => window.ran), undefined, "nothing in it ran");
    assert.deepEqual(seen.opened, [], "no dialog and no window was opened");
    // Under Privacy the page reads its own program, to tell its hash, and its list of third-party parts.
    const own = [`${origin}/samlens`, `${origin}/third-party.txt?`];
    const isOwn = (url) => url.startsWith("blob:") || (own.some((start) => url.startsWith(start)) && !url.includes("zqx"));
    assert.deepEqual(seen.requests.slice(loaded).filter((url) => !isOwn(url)), [], "nothing was asked for");
    assert.deepEqual(seen.complaints, []);
    await page.context().close();
  });
}

test("injection: what is copied is text alone, and the HTML that is handed on runs and asks for nothing in a browser", async () => {
  const { page, seen, field } = await browser.open();
  await field.waitFor();
  await openCase(page, hostile("ali-user-nameid-suffix-unknown", 3));
  const copies = page.locator(".copy button:visible");
  for (const tab of ["identity", "signatures", "certificates"]) {
    await ui.tab(page, tab).click();
    for (let at = 0; at < Math.min(await copies.count(), 4); at += 1) {
      await copies.nth(at).click();
      const types = await page.evaluate(async () => (await navigator.clipboard.read()).flatMap((item) => item.types));
      assert.deepEqual(types, ["text/plain"]);
    }
  }
  await ui.tab(page, "share").click();
  await page.locator(".going input[value=as-it-is]").check();
  const save = async (what) => {
    const press = page.locator(`[data-export="${what}"] [data-do=save]`).click();
    const [download] = await Promise.all([page.waitForEvent("download"), press]);
    assert.match(download.suggestedFilename(), /^samlens-[\d-]+(\.[a-z]+)+$/, "no value is in its name");
    return readFileSync(await download.path(), "utf8");
  };
  const html = await save("html");
  assert.ok(html.split("zqx").length > 10);
  const { page: other } = await browser.blank();
  const asked = [];
  other.on("request", (request) => asked.push(request.url()));
  other.on("dialog", (dialog) => asked.push(dialog.message()));
  // Without the report's own policy as well: it is the second line of defence, and not the first.
  for (const text of [html, html.replace(/<meta http-equiv[^>]*>/, "")]) {
    await other.setContent(text, { waitUntil: "load" });
    assert.ok((await other.evaluate(() => document.body.innerText)).includes("zqx"));
    assert.deepEqual(await strange(other), []);
    assert.equal(await other.evaluate(() => window.ran), undefined);
  }
  assert.deepEqual(asked, []);
  for (const what of ["json", "sarif", "case"]) {
    const text = await save(what);
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/, what);
    JSON.parse(text);
  }
  assert.deepEqual(seen.opened, []);
  assert.equal(await page.evaluate(() => window.ran), undefined);
});

test("injection: these tests would see what breaks out", async () => {
  const { page, field } = await browser.open();
  await field.waitFor();
  assert.deepEqual(await strange(page), []);
  for (const markup of [polyglots[0], `<a href="javascript:zqx">a</a>`, `<p style="color:red">a</p>`, `<form action="//zqx.example/"></form>`, `<a href="https://zqx.example/">a</a>`]) {
    await page.evaluate((markup) => document.querySelector("main").insertAdjacentHTML("afterbegin", `<div id=put>${markup}</div>`), markup);
    assert.notDeepEqual(await strange(page), [], markup);
    await page.evaluate(() => document.querySelector("#put").remove());
  }
  assert.ok(marks.verdict);
});
