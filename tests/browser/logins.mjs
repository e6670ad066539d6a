// Messages of logins as a person would have captured them, made to measure: unsigned, of one service.

import { deflateRawSync } from "node:zlib";

const sp = "https://wiki.acme.example";
const idp = "https://idp.acme.example";
const names = `xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"`;
const at = (seconds) => new Date(Date.UTC(2026, 2, 1, 10, 0, seconds)).toISOString().replace(".000", "");

/** A file as the page's picker takes it. */
export const file = (name, text) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });

/** The request as the address bar had it. */
export function request(id, seconds, relayState) {
  const xml = `<samlp:AuthnRequest ${names} ID="${id}" Version="2.0" IssueInstant="${at(seconds)}" Destination="${idp}/sso" AssertionConsumerServiceURL="${sp}/acs"><saml:Issuer>${sp}/sp</saml:Issuer></samlp:AuthnRequest>`;
  const value = encodeURIComponent(deflateRawSync(Buffer.from(xml)).toString("base64"));
  return `${idp}/sso?SAMLRequest=${value}&RelayState=${encodeURIComponent(relayState)}`;
}

/** The Response as it was posted. */
export function response(id, answers, seconds, relayState) {
  const answered = answers ? ` InResponseTo="${answers}"` : "";
  const [now, later] = [at(seconds), at(seconds + 300)];
  const xml = `<samlp:Response ${names} ID="${id}" Version="2.0" IssueInstant="${now}" Destination="${sp}/acs"${answered}><saml:Issuer>${idp}/idp</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion ID="${id}-a" Version="2.0" IssueInstant="${now}"><saml:Issuer>${idp}/idp</saml:Issuer><saml:Subject><saml:NameID>alice</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData${answered} NotOnOrAfter="${later}" Recipient="${sp}/acs"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${now}" NotOnOrAfter="${later}"><saml:AudienceRestriction><saml:Audience>${sp}/sp</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${now}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement></saml:Assertion></samlp:Response>`;
  const value = encodeURIComponent(Buffer.from(xml).toString("base64"));
  const state = relayState === undefined ? "" : `&RelayState=${encodeURIComponent(relayState)}`;
  return `POST /acs HTTP/1.1\r\nHost: ${sp.slice("https://".length)}\r\n\r\nSAMLResponse=${value}${state}`;
}

const long = `${sp}/spaces/engineering/pages/${"a-very-long-title-".repeat(8)}?from=search`;

/** Two attempts, then a login that works and is asked for again: four logins, with the metadata beside them. */
export const attempts = [
  file("1-request.txt", request("_c0ffee00c0ffee00c0ffee0001", 0, long)),
  file("2-request.txt", request("_c0ffee00c0ffee00c0ffee0002", 9, long)),
  file("2-response.txt", response("_bada5500bada5500bada550002", "_c0ffee00c0ffee00c0ffee0002", 14, `${sp}/other`)),
  file("3-request.txt", request("_c0ffee00c0ffee00c0ffee0003", 15, long)),
  file("3-response.txt", response("_bada5500bada5500bada550003", "_c0ffee00c0ffee00c0ffee0003", 17, long)),
];
