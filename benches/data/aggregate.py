#!/usr/bin/env python3
"""Writes a synthetic, signed federation aggregate: ./aggregate.py [--size 90] [--seed 1]

About SIZE megabytes, 10,000 EntityDescriptors at 90, in out/aggregate-SIZEm.xml, with the certificate
to verify it by in out/aggregate-SIZEm.pem. The same seed gives the same document, but for the key,
which is made anew each time and thrown away. Needs openssl and xmlsec1. README.md beside this says
what is in it and why.
"""

import argparse
import base64
import pathlib
import random
import re
import subprocess
import tempfile
from xml.sax.saxutils import escape, quoteattr

HERE = pathlib.Path(__file__).parent
BYTES_PER_ENTITY = 9_000

MD = "urn:oasis:names:tc:SAML:2.0:metadata"
BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:"
ROOT_ID = "_synthetic-aggregate"

# The prefixes that the root declares; the others are declared where they are used, as federations do.
AT_ROOT = {
    "md": MD,
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "mdrpi": "urn:oasis:names:tc:SAML:metadata:rpi",
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
MDUI = ' xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui"'
MDATTR = ' xmlns:mdattr="urn:oasis:names:tc:SAML:metadata:attribute"'
SHIBMD = ' xmlns:shibmd="urn:mace:shibboleth:metadata:1.0"'
IDPDISC = ' xmlns:idpdisc="urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol"'
XS = ' xmlns:xs="http://www.w3.org/2001/XMLSchema"'

WORDS = {
    "en": "research library institute of applied science & technology national university college portal "
    "for students staff journals archive computing grid medicine arts design polytechnic <open> access",
    "de": "Universität für angewandte Künste Bücherei Straße Hochschule Prüfungsamt Lösungen Verbund Forschung",
    "fr": "université bibliothèque numérique école supérieure données élèves accès réseau «recherche» santé",
    "da": "københavn universitet bibliotek råderum læreanstalter forskning øvelser personale studerende",
    "pl": "uniwersytet jagielloński książka łódź politechnika źródło usług naukowych gdańsk wrocław",
    "el": "πανεπιστήμιο αθηνών βιβλιοθήκη έρευνα υπηρεσία φοιτητές εθνικό δίκτυο",
    "ja": "大学 図書館 研究 情報 学術 認証 フェデレーション 東京 京都 サービス",
    "ru": "университет библиотека наука институт доступ студенты исследования сеть",
}
SCRIPTS = {lang: words.split() for lang, words in WORDS.items()}
AUTHORITIES = [f"https://federation.example.{tld}/" for tld in ("ac.uk", "de", "fr", "dk", "pl", "gr", "jp", "org")]
ATTRIBUTES = [
    ("0.9.2342.19200300.100.1.3", "mail"),
    ("2.16.840.1.113730.3.1.241", "displayName"),
    ("1.3.6.1.4.1.5923.1.1.1.6", "eduPersonPrincipalName"),
    ("1.3.6.1.4.1.5923.1.1.1.9", "eduPersonScopedAffiliation"),
    ("1.3.6.1.4.1.25178.1.2.9", "schacHomeOrganization"),
    ("2.5.4.4", "sn"),
    ("2.5.4.42", "givenName"),
    ("1.3.6.1.4.1.5923.1.1.1.7", "eduPersonEntitlement"),
]
CATEGORIES = [
    "http://refeds.org/category/research-and-scholarship",
    "http://www.geant.net/uri/dataprotection-code-of-conduct/v1",
    "https://refeds.org/category/code-of-conduct/v2",
    "http://refeds.org/category/hide-from-discovery",
    "https://refeds.org/sirtfi",
]


# --- certificates: a few real ones, the others of the right shape with random numbers in them ---


def der(tag, *parts):
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def name(common):
    common_name = der(0x30, der(0x06, b"\x55\x04\x03"), der(0x0C, common.encode()))
    return der(0x30, der(0x31, common_name))


def shaped_certificate(rng, host):
    """A certificate that parses: everything in its place, but the key and the signature are noise."""
    bits = rng.choice((2048, 2048, 2048, 3072, 4096))
    rsa = der(0x30, der(0x06, bytes.fromhex("2a864886f70d010101")), der(0x05))
    sha256_rsa = der(0x30, der(0x06, bytes.fromhex("2a864886f70d01010b")), der(0x05))
    modulus = rng.getrandbits(bits) | 1 << (bits - 1) | 1
    key = der(0x30, der(0x02, b"\0" + modulus.to_bytes(bits // 8, "big")), der(0x02, b"\1\0\1"))
    year = rng.randrange(12, 26)
    dates = der(0x30, der(0x17, b"%02d0301120000Z" % year), der(0x17, b"%02d0301120000Z" % (year + 10)))
    serial = der(0x02, (rng.getrandbits(126) | 1 << 120).to_bytes(16, "big"))
    alternative = der(0x30, der(0x82, host.encode()))
    extension = der(0x30, der(0x06, b"\x55\x1d\x11"), der(0x04, alternative))
    body = der(
        0x30, der(0xA0, der(0x02, b"\2")), serial, sha256_rsa, name(host), dates, name(host),
        der(0x30, rsa, der(0x03, b"\0", key)), der(0xA3, der(0x30, extension)),
    )  # fmt: skip
    return der(0x30, body, sha256_rsa, der(0x03, b"\0", rng.randbytes(bits // 8)))


def wrapped(raw, width):
    text = base64.b64encode(raw).decode()
    return "\n".join(text[at : at + width] for at in range(0, len(text), width)) if width else text


# --- the parts of an entity ---


class Entity:
    """One EntityDescriptor; its registrar's habits (line ends, width of base64) hold throughout it."""

    def __init__(self, rng, number, real):
        self.rng, self.number, self.real = rng, number, real
        self.home = number % len(AUTHORITIES)
        self.local = list(SCRIPTS)[self.home]
        self.host = f"{rng.choice(('idp', 'sp', 'login', 'www', 'sso'))}{number}.{rng.choice(SCRIPTS['en'][:5])}.example.org"
        self.pretty = self.home % 4 != 3
        self.width = (64, 76, 0)[self.home % 3]

    def line(self, depth, text):
        return "\n" + "  " * depth + text if self.pretty else text

    def words(self, lang, low, high):
        return escape(" ".join(self.rng.choices(SCRIPTS[lang], k=self.rng.randint(low, high))))

    def languages(self):
        return ("en",) if self.local == "en" or self.rng.random() < 0.25 else ("en", self.local)

    def registration(self):
        authority = AUTHORITIES[self.home]
        day = f"20{self.rng.randrange(10, 26)}-{self.rng.randrange(1, 13):02}-{self.rng.randrange(1, 29):02}"
        yield self.line(2, f'<mdrpi:RegistrationInfo registrationAuthority="{authority}" registrationInstant="{day}T09:30:00Z">')
        yield self.line(3, f'<mdrpi:RegistrationPolicy xml:lang="en">{authority}mrps.html</mdrpi:RegistrationPolicy>')
        yield self.line(2, "</mdrpi:RegistrationInfo>")

    def entity_attributes(self):
        if self.rng.random() < 0.3:
            return
        yield self.line(2, f"<mdattr:EntityAttributes{MDATTR}>")
        yield self.line(3, '<saml:Attribute Name="http://macedir.org/entity-category" '
                           'NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">')  # fmt: skip
        for category in self.rng.sample(CATEGORIES, self.rng.randint(1, 3)):
            typed = f' {XS.strip()} xsi:type="xs:string"' if self.home % 2 else ""
            yield self.line(4, f"<saml:AttributeValue{typed}>{category}</saml:AttributeValue>")
        yield self.line(3, "</saml:Attribute>")
        yield self.line(2, "</mdattr:EntityAttributes>")

    def interface(self):
        yield self.line(3, f"<mdui:UIInfo{MDUI}>")
        for lang in self.languages():
            yield self.line(4, f'<mdui:DisplayName xml:lang="{lang}">{self.words(lang, 2, 6)}</mdui:DisplayName>')
            yield self.line(4, f'<mdui:Description xml:lang="{lang}">{self.words(lang, 8, 40)}</mdui:Description>')
            yield self.line(4, f'<mdui:InformationURL xml:lang="{lang}">https://{self.host}/{lang}/?a=1&amp;b=2</mdui:InformationURL>')
            yield self.line(4, f'<mdui:PrivacyStatementURL xml:lang="{lang}">https://{self.host}/{lang}/privacy</mdui:PrivacyStatementURL>')
        if self.rng.random() < 0.09:  # some put the whole picture here
            picture = wrapped(self.rng.randbytes(self.rng.randrange(1_500, 12_000)), 0)
            yield self.line(4, f'<mdui:Logo height="60" width="160">data:image/png;base64,{picture}</mdui:Logo>')
        else:
            yield self.line(4, f'<mdui:Logo height="60" width="160">https://{self.host}/logo.png</mdui:Logo>')
        yield self.line(3, "</mdui:UIInfo>")

    def keys(self):
        certificates = [self.certificate() for _ in range(self.rng.choice((1, 1, 2)))]
        for use in ("signing", "encryption") if self.rng.random() < 0.5 else (None,):
            for certificate in certificates:
                yield self.line(2, f'<md:KeyDescriptor use="{use}">' if use else "<md:KeyDescriptor>")
                yield self.line(3, "<ds:KeyInfo>")
                if self.rng.random() < 0.3:
                    yield self.line(4, f"<ds:KeyName>{self.host}</ds:KeyName>")
                yield self.line(4, "<ds:X509Data>")
                yield self.line(5, f"<ds:X509Certificate>\n{certificate}\n</ds:X509Certificate>")
                yield self.line(4, "</ds:X509Data>")
                yield self.line(3, "</ds:KeyInfo>")
                if use != "signing" and self.rng.random() < 0.4:
                    for cipher in ("http://www.w3.org/2009/xmlenc11#aes256-gcm", "http://www.w3.org/2001/04/xmlenc#aes128-cbc"):
                        yield self.line(3, f'<md:EncryptionMethod Algorithm="{cipher}"/>')
                yield self.line(2, "</md:KeyDescriptor>")

    def certificate(self):
        if self.rng.random() < 0.1:
            return wrapped(self.rng.choice(self.real), self.width)
        return wrapped(shaped_certificate(self.rng, self.host), self.width)

    def identity_provider(self):
        yield self.line(1, '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol urn:mace:shibboleth:1.0">')
        yield self.line(2, "<md:Extensions>")
        for scope in range(self.rng.randint(1, 3)):
            yield self.line(3, f'<shibmd:Scope{SHIBMD} regexp="false">s{scope}.{self.host}</shibmd:Scope>')
        yield from self.interface()
        yield self.line(2, "</md:Extensions>")
        yield from self.keys()
        yield self.line(2, f'<md:ArtifactResolutionService Binding="{BINDING}SOAP" Location="https://{self.host}:8443/idp/artifact" index="1"/>')
        for binding in ("HTTP-Redirect", "HTTP-POST", "SOAP"):
            yield self.line(2, f'<md:SingleLogoutService Binding="{BINDING}{binding}" Location="https://{self.host}/idp/{binding}/slo"/>')
        yield self.line(2, "<md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</md:NameIDFormat>")
        for binding in ("HTTP-Redirect", "HTTP-POST", "HTTP-POST-SimpleSign"):
            yield self.line(2, f'<md:SingleSignOnService Binding="{BINDING}{binding}" Location="https://{self.host}/idp/{binding}/sso"/>')
        yield self.line(1, "</md:IDPSSODescriptor>")

    def service_provider(self):
        yield self.line(1, '<md:SPSSODescriptor WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">')
        yield self.line(2, "<md:Extensions>")
        yield self.line(3, f'<idpdisc:DiscoveryResponse{IDPDISC} Binding="urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol" '
                           f'Location="https://{self.host}/Shibboleth.sso/Login" index="1"/>')  # fmt: skip
        yield from self.interface()
        yield self.line(2, "</md:Extensions>")
        yield from self.keys()
        for binding in ("HTTP-Redirect", "SOAP"):
            yield self.line(2, f'<md:SingleLogoutService Binding="{BINDING}{binding}" Location="https://{self.host}/Shibboleth.sso/SLO/{binding}"/>')
        for index in range(1, self.rng.randint(2, 7)):
            binding = ("HTTP-POST", "HTTP-Artifact", "PAOS")[index % 3]
            yield self.line(2, f'<md:AssertionConsumerService Binding="{BINDING}{binding}" '
                               f'Location="https://{self.host}/Shibboleth.sso/SAML2/{index}" index="{index}"/>')  # fmt: skip
        yield self.line(2, '<md:AttributeConsumingService index="1">')
        for lang in self.languages():
            yield self.line(3, f'<md:ServiceName xml:lang="{lang}">{self.words(lang, 2, 5)}</md:ServiceName>')
        for oid, friendly in self.rng.sample(ATTRIBUTES, self.rng.randint(2, len(ATTRIBUTES))):
            required = self.rng.choice(("true", "false"))
            yield self.line(3, f'<md:RequestedAttribute FriendlyName="{friendly}" Name="urn:oid:{oid}" '
                               f'NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri" isRequired="{required}"/>')  # fmt: skip
        yield self.line(2, "</md:AttributeConsumingService>")
        yield self.line(1, "</md:SPSSODescriptor>")

    def organization(self):
        yield self.line(1, "<md:Organization>")
        for element, low, high in (("OrganizationName", 2, 4), ("OrganizationDisplayName", 3, 6)):
            for lang in self.languages():
                yield self.line(2, f'<md:{element} xml:lang="{lang}">{self.words(lang, low, high)}</md:{element}>')
        yield self.line(2, f'<md:OrganizationURL xml:lang="en">https://www.{self.host}/</md:OrganizationURL>')
        yield self.line(1, "</md:Organization>")

    def contacts(self):
        for kind in self.rng.sample(("technical", "support", "administrative"), self.rng.randint(1, 3)):
            given, last = self.words(self.local, 1, 1), self.words(self.local, 1, 2)
            yield self.line(1, f'<md:ContactPerson contactType="{kind}">')
            yield self.line(2, f"<md:GivenName>{given}</md:GivenName>")
            yield self.line(2, f"<md:SurName>{last}</md:SurName>")
            yield self.line(2, f"<md:EmailAddress>mailto:{kind}@{self.host}</md:EmailAddress>")
            yield self.line(1, "</md:ContactPerson>")

    def parts(self):
        rng = self.rng
        if rng.random() < 0.08:
            yield f"\n<!-- {self.host}: moved from the former federation; ask its operator before editing & merging -->"
        own_id = f' ID="_entity{self.number}"' if rng.random() < 0.3 else ""
        # Some registrars declare a prefix again, or one that nothing uses: exclusive C14N must drop it.
        again = (f' xmlns:md="{MD}"', "", MDUI + XS, "")[self.home % 4]
        entity_id = quoteattr(f"https://{self.host}/{'shibboleth' if self.number % 3 else 'metadata?x=1&y=2'}")
        yield f"\n<md:EntityDescriptor{again} entityID={entity_id}{own_id}>"
        yield self.line(1, "<md:Extensions>")
        yield from self.registration()
        yield from self.entity_attributes()
        yield self.line(1, "</md:Extensions>")
        kind = rng.random()
        if kind < 0.45 or kind > 0.95:
            yield from self.identity_provider()
        if kind >= 0.45:
            yield from self.service_provider()
        yield from self.organization()
        yield from self.contacts()
        yield self.line(0, "</md:EntityDescriptor>")


# --- the whole, and its signature ---

SIGNATURE = f"""<ds:Signature>
<ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
<ds:Reference URI="#{ROOT_ID}">
<ds:Transforms>
<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
</ds:Transforms>
<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
<ds:DigestValue></ds:DigestValue>
</ds:Reference>
</ds:SignedInfo>
<ds:SignatureValue></ds:SignatureValue>
<ds:KeyInfo><ds:X509Data><ds:X509Certificate></ds:X509Certificate></ds:X509Data></ds:KeyInfo>
</ds:Signature>"""


def write_unsigned(path, entities, seed):
    rng = random.Random(seed)
    pem = (HERE / "certificates.pem").read_text()
    real = [base64.b64decode(body) for body in re.findall(r"-----BEGIN CERTIFICATE-----([^-]+)", pem)]
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in AT_ROOT.items())
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<!-- Synthetic: no entity in it exists. -->\n')
        out.write(f'<md:EntitiesDescriptor{declared} ID="{ROOT_ID}" Name="https://federation.example.org/all" '
                  f'validUntil="2036-01-01T00:00:00Z" cacheDuration="PT6H">{SIGNATURE}\n')  # fmt: skip
        out.write('<md:Extensions><mdrpi:PublicationInfo creationInstant="2026-01-01T00:00:00Z" '
                  'publisher="https://federation.example.org/"/></md:Extensions>')  # fmt: skip
        for number in range(1, entities + 1):
            out.write("".join(Entity(rng, number, real).parts()))
        out.write("\n</md:EntitiesDescriptor>\n")


def sign(unsigned, target, certificate):
    """Signs with a new RSA-2048 key, checks with what was written, and forgets the key."""
    id_attribute = ["--id-attr:ID", f"{MD}:EntitiesDescriptor"]
    with tempfile.NamedTemporaryFile() as key:
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha256", "-days", "3650",
            "-subj", "/CN=synthetic aggregate signer", "-keyout", key.name, "-out", certificate)  # fmt: skip
        run("xmlsec1", "--sign", *id_attribute, "--privkey-pem", f"{key.name},{certificate}", "--output", target, unsigned)
    run("xmlsec1", "--verify", *id_attribute, "--enabled-key-data", "key-name,rsa", "--pubkey-cert-pem", certificate, target)


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def main():
    options = argparse.ArgumentParser(description="Write a synthetic, signed federation aggregate.")
    options.add_argument("--size", type=float, default=90, help="about how many megabytes (90)")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()

    folder = HERE / "out"
    folder.mkdir(exist_ok=True)
    target = folder / f"aggregate-{given.size:g}m.xml"
    unsigned = target.with_suffix(".unsigned.xml")
    entities = max(1, round(given.size * 1_000_000 / BYTES_PER_ENTITY))
    try:
        write_unsigned(unsigned, entities, given.seed)
        sign(unsigned, target, target.with_suffix(".pem"))
    finally:
        unsigned.unlink(missing_ok=True)
    print(f"{target}: {target.stat().st_size:,} bytes, {entities:,} entities, verified by xmlsec1")


if __name__ == "__main__":
    main()
