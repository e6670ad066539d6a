#!/usr/bin/env python3
"""Makes static/self-test.json: messages with answers that are known from outside, which every page tries on loading.

    python3 tests/self-test/make.py > static/self-test.json

What holds is made by other programs: xmlsec1 signs and computes canonical forms, OpenSSL (by Python's cryptography)
makes what xmlsec1 does not know (RSASSA-PSS, Ed25519) and encrypts. What must not hold is made of it by one change that
is written beside it, so that leaving the change out gives the other answer. The keys are made anew each time and thrown
away; the file has their public halves, and one private key, which has never opened anything else, for decryption.
Needs xmlsec1, lxml and cryptography.
"""
import base64, hashlib, json, os, re, subprocess, sys, tempfile
import lxml.etree as ET
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
try:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
except ImportError:
    TripleDES = algorithms.TripleDES

DS = "http://www.w3.org/2000/09/xmldsig#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
MORE7 = "http://www.w3.org/2007/05/xmldsig-more#"
ENC = "http://www.w3.org/2001/04/xmlenc#"
ENC11 = "http://www.w3.org/2009/xmlenc11#"
SHA = {"1": hashes.SHA1, "224": hashes.SHA224, "256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}
DIGEST = {"1": DS + "sha1", "224": MORE + "sha224", "256": ENC + "sha256", "384": MORE + "sha384", "512": ENC + "sha512"}
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
C14N = ["http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
        "http://www.w3.org/2006/12/xml-c14n11", "http://www.w3.org/2006/12/xml-c14n11#WithComments",
        EXC, EXC + "WithComments"]

# Pieces of messages; {name} stands for another piece or for a value of the check.
parts = {
    "signature": '<ds:Signature xmlns:ds="' + DS + '"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{c14n}"/>'
    '<ds:SignatureMethod Algorithm="{method}"/><ds:Reference URI="{uri}"><ds:Transforms>'
    '<ds:Transform Algorithm="' + DS + 'enveloped-signature"/><ds:Transform Algorithm="{c14n}"/></ds:Transforms>'
    '<ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue>{hash}</ds:DigestValue></ds:Reference></ds:SignedInfo>'
    "<ds:SignatureValue>{value}</ds:SignatureValue>{keyinfo}</ds:Signature>",
    "keyinfo": "",
    "c14n": EXC,
    "digest": DIGEST["256"],
    "method": MORE + "ecdsa-sha256",
    "uri": "#_a",
    "subject": '<saml:Subject><saml:NameID>mallory@idp.example</saml:NameID>{confirmation}</saml:Subject>',
    "confirmation": '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData '
    'InResponseTo="_q" NotOnOrAfter="2024-05-06T07:13:00Z" Recipient="https://sp.example/acs"/></saml:SubjectConfirmation>',
    "assertion": '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" Version="2.0" '
    'IssueInstant="2024-05-06T07:08:00Z"><saml:Issuer>https://idp.example</saml:Issuer>{signature}{subject}'
    '<saml:Conditions NotBefore="2024-05-06T07:08:00Z" NotOnOrAfter="2024-05-06T07:13:00Z"><saml:AudienceRestriction>'
    "<saml:Audience>https://sp.example</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
    '<saml:AuthnStatement AuthnInstant="2024-05-06T07:08:00Z"><saml:AuthnContext><saml:AuthnContextClassRef>'
    "urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
    "</saml:Assertion>",
    "head": '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="2.0" '
    'IssueInstant="2024-05-06T07:08:00Z" Destination="https://sp.example/acs" InResponseTo="_q">'
    '<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://idp.example</saml:Issuer>',
    "status": '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>',
    "login": "{head}{status}{assertion}</samlp:Response>",
    # Everything that the canonical forms differ in: comments, inherited attributes, declarations that are not used,
    # order, escapes, CDATA, line ends.
    "odd": '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:unused="urn:unused" xml:lang="en" '
    'xml:base="http://a.example/b/" ID="_r"><samlp:Extensions xml:base="c/"><saml:Assertion '
    'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns="urn:d" Version=\'2.0\' b="&#9;&quot;&lt;" ID="_a" '
    'samlp:z="1"><!-- kept or not -->{signature}<saml:Subject\n  xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" '
    '/><x y = "2" xmlns:unused="urn:unused" xmlns:e="urn:e" e:a="1"><![CDATA[<&>]]> &amp;&#13;\u00e9</x><z xmlns=""/>'
    "<?pi  data?></saml:Assertion></samlp:Extensions></samlp:Response>",
    "name": '<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">alice@idp.example</saml:NameID>',
    "transport": ENC + "rsa-oaep-mgf1p",
    "oaep": '<ds:DigestMethod Algorithm="' + DS + 'sha1"/>',
    "encrypted": '<saml:EncryptedID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><xenc:EncryptedData '
    'xmlns:xenc="' + ENC + '" Type="' + ENC + 'Element"><xenc:EncryptionMethod Algorithm="{cipher}"/><ds:KeyInfo '
    'xmlns:ds="' + DS + '"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="{transport}">{oaep}</xenc:EncryptionMethod>'
    "<xenc:CipherData><xenc:CipherValue>{wrapped}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo>"
    "<xenc:CipherData><xenc:CipherValue>{sealed}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>"
    "</saml:EncryptedID>",
    "sealed-login": "{head}{status}{sealed-assertion}</samlp:Response>",
    "sealed-assertion": '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" Version="2.0" '
    'IssueInstant="2024-05-06T07:08:00Z"><saml:Issuer>https://idp.example</saml:Issuer><saml:Subject>{encrypted}'
    "</saml:Subject></saml:Assertion>",
}
checks = []
TMP = tempfile.mkdtemp(prefix="self-test-")


def b64(data):
    return base64.b64encode(data).decode()


def filled(text, values):
    def one(match):
        return filled(values.get(match[1], parts.get(match[1])), values)
    return re.sub(r"\{([a-z0-9-]+)\}", one, text)


def tool(*args, text=None):
    run = subprocess.run(args, capture_output=True, input=text)
    if run.returncode:
        sys.exit(f"{args}: {run.stderr.decode()}")
    return run.stdout.decode()


# ---------------------------------------------------------------- keys, alive as long as this program
private = {"rsa": rsa.generate_private_key(65537, 2048), "p256": ec.generate_private_key(ec.SECP256R1()),
           "p384": ec.generate_private_key(ec.SECP384R1()), "p521": ec.generate_private_key(ec.SECP521R1()),
           "ed25519": ed25519.Ed25519PrivateKey.generate(), "other": ec.generate_private_key(ec.SECP256R1()),
           "open": rsa.generate_private_key(65537, 1024)}
S = serialization
SPKI = {name: key.public_key().public_bytes(S.Encoding.DER, S.PublicFormat.SubjectPublicKeyInfo) for name, key in private.items()}
keys = {name: b64(SPKI[name]) for name in ("rsa", "p256", "p384", "p521", "ed25519", "other")}
opener = private["open"].private_bytes(S.Encoding.DER, S.PrivateFormat.TraditionalOpenSSL, S.NoEncryption())


def key_file(name):
    path = os.path.join(TMP, name + ".pem")
    with open(path, "wb") as file:
        file.write(private[name].private_bytes(S.Encoding.PEM, S.PrivateFormat.PKCS8, S.NoEncryption()))
    return path


# ---------------------------------------------------------------- signing
def by_xmlsec1(text, values, key):
    """Digest and value as xmlsec1 makes them."""
    path = os.path.join(TMP, "template.xml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(filled(parts[text], values | {"hash": "", "value": ""}))
    ids = [x for name in ("urn:oasis:names:tc:SAML:2.0:assertion:Assertion", "urn:oasis:names:tc:SAML:2.0:protocol:Response")
           for x in ("--id-attr:ID", name)]
    made = tool("xmlsec1", "--sign", *ids, "--privkey-pem", key_file(key), path)
    said = lambda name: re.search(f"<ds:{name}>(.*?)</ds:{name}>", made, re.S)[1]
    # Line ends within the digest are signed with it.
    return {"hash": said("DigestValue").strip(), "value": re.sub(r"\s", "", said("SignatureValue"))}


def by_openssl(text, values, key, sign, digest=DIGEST["256"]):
    """The value as OpenSSL makes it over libxml2's canonical SignedInfo; the digest as xmlsec1 makes it by this name."""
    known = by_xmlsec1(text, values | {"method": parts["method"], "digest": digest}, "p256")
    root = ET.fromstring(filled(parts[text], values | known).encode())
    info = ET.tostring(root.find(f".//{{{DS}}}SignedInfo"), method="c14n", exclusive=True)
    return {"hash": known["hash"], "value": b64(sign(private[key], info))}


def check(group, name, text, expected, key=None, values={}, change=None):
    one = {"group": group, "name": name, "text": text, "expected": expected}
    if key:
        one["key"] = key
    if values:
        one["values"] = values
    if change:
        one["change"] = change
    checks.append(one)


def spoiled(value):
    """The same with one letter in the middle exchanged."""
    at = len(value) // 2
    return value[at - 6:at + 6], value[at - 6:at] + ("A" if value[at] != "A" else "B") + value[at + 1:at + 6]


def pair(group, name, key, values, text="login"):
    check(group, name, text, "valid trusted", key, values)
    check(group, name, text, "invalid signature-mismatch", key, values, [spoiled(values["value"])])


for bits in SHA:
    method = DS + "rsa-sha1" if bits == "1" else MORE + f"rsa-sha{bits}"
    pair("signature", method, "rsa", {"method": method} | by_xmlsec1("login", {"method": method}, "rsa"))
for bits, sha in SHA.items():
    method = MORE7 + f"sha{bits}-rsa-MGF1"
    sign = lambda key, info: key.sign(info, padding.PSS(padding.MGF1(sha()), sha.digest_size), sha())
    pair("signature", method, "rsa", {"method": method} | by_openssl("login", {"method": method}, "rsa", sign))
method = MORE7 + "rsa-pss"
sign = lambda key, info: key.sign(info, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
pair("signature", method, "rsa", {"method": method} | by_openssl("login", {"method": method}, "rsa", sign))
for bits, curve in (("1", "p256"), ("224", "p256"), ("256", "p256"), ("384", "p384"), ("512", "p521"), ("256", "p384"), ("256", "p521")):
    method = MORE + f"ecdsa-sha{bits}"
    pair("signature", f"{method} {curve.upper().replace('P', 'P-')}", curve, {"method": method} | by_xmlsec1("login", {"method": method}, curve))
method = "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519"
pair("signature", method, "ed25519", {"method": method} | by_openssl("login", {"method": method}, "ed25519", lambda key, info: key.sign(info)))

def ecdsa(key, info):
    r, s = decode_dss_signature(key.sign(info, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


for bits, uri in [*DIGEST.items(), ("384", ENC + "sha384")]:
    # The same digest has another name in XML Encryption, which xmlsec1 does not know.
    made = by_xmlsec1("login", {"digest": uri}, "p256") if uri in DIGEST.values() else \
        by_openssl("login", {"digest": uri}, "p256", ecdsa, DIGEST["384"])
    values = {"digest": uri} | made
    check("digest", uri, "login", "valid trusted", "p256", values)
    check("digest", uri, "login", "invalid digest-mismatch", "p256", values, [("mallory@", "Mallory@")])

# ---------------------------------------------------------------- canonical forms
for method in C14N:
    values = {"c14n": method} | by_xmlsec1("odd", {"c14n": method}, "p256")
    check("canonicalization", method, "odd", "valid trusted", "p256", values)
    # The form itself, comments and all: the digest that xmlsec1 makes of it where it is referred to by XPointer.
    path = os.path.join(TMP, "form.xml")
    bare = filled(parts["odd"], {"signature": ""})
    reference = filled(parts["signature"], {"uri": "#xpointer(id('_a'))", "hash": "", "value": "", "c14n": method})
    with open(path, "w", encoding="utf-8") as file:
        file.write(bare.replace("</samlp:Response>", reference + "</samlp:Response>"))
    made = tool("xmlsec1", "--sign", "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion", "--privkey-pem", key_file("p256"), path)
    form = re.search("<ds:DigestValue>(.*?)</ds:DigestValue>", made)[1]
    check("canonicalization", method, "odd", "SHA-256 " + base64.b64decode(form).hex(), values={"signature": "", "form": method})
    check("canonicalization", method, "odd", "invalid digest-mismatch", "p256", values, [("e:a=\"1\"", "e:a=\"2\"")])

# ---------------------------------------------------------------- encryption
plain = filled(parts["name"], {}).encode()


def sealed(cipher, session, nonce):
    if cipher.endswith("gcm"):
        return nonce[:12] + AESGCM(session).encrypt(nonce[:12], plain, None)
    block = 8 if "des" in cipher else 16
    kind = TripleDES(session) if "des" in cipher else algorithms.AES(session)
    fill = block - len(plain) % block
    run = Cipher(kind, modes.CBC(nonce[:block])).encryptor()
    return nonce[:block] + run.update(plain + bytes(fill - 1) + bytes([fill])) + run.finalize()


OAEP = lambda mgf, sha: padding.OAEP(padding.MGF1(mgf()), sha(), None)
method = lambda digest, mask: f'<ds:DigestMethod Algorithm="{digest}"/><xenc11:MGF xmlns:xenc11="{ENC11}" Algorithm="{mask}"/>'
transports = {
    ENC + "rsa-oaep-mgf1p": (OAEP(hashes.SHA1, hashes.SHA1), None),
    ENC + "rsa-1_5": (padding.PKCS1v15(), ""),
    ENC11 + "rsa-oaep": (OAEP(hashes.SHA256, hashes.SHA256), method(DIGEST["256"], ENC11 + "mgf1sha256")),
}
sizes = {ENC + "tripledes-cbc": 24, ENC + "aes128-cbc": 16, ENC + "aes192-cbc": 24, ENC + "aes256-cbc": 32,
         ENC11 + "aes128-gcm": 16, ENC11 + "aes192-gcm": 24, ENC11 + "aes256-gcm": 32}
session = {size: os.urandom(size) for size in (16, 24, 32)}
wrapped = {}
for size, key in session.items():
    wrapped[size] = b64(private["open"].public_key().encrypt(key, transports[ENC + "rsa-oaep-mgf1p"][0]))
nonce = os.urandom(16)
for cipher, size in sizes.items():
    values = {"cipher": cipher, "wrapped": wrapped[size], "sealed": b64(sealed(cipher, session[size], nonce))}
    check("decryption", cipher, "sealed-login", "decrypted {name}", None, values)
    if cipher.endswith("gcm"):
        check("decryption", cipher, "sealed-login", "failed decrypt", None, values, [spoiled(values["sealed"])])
cipher = ENC11 + "aes128-gcm"
for transport, (pad, oaep) in transports.items():
    values = {"cipher": cipher, "transport": transport, "sealed": b64(sealed(cipher, session[16], nonce)),
              "wrapped": b64(private["open"].public_key().encrypt(session[16], pad))}
    if oaep is not None:
        values["oaep"] = oaep
    check("decryption", transport, "sealed-login", "decrypted {name}", None, values)
    check("decryption", transport, "sealed-login", "failed unwrap-key", None, values,
          [spoiled(values["wrapped"])])

# ---------------------------------------------------------------- attacks, each made of a login that is accepted
signed = by_xmlsec1("login", {}, "p256")
parts |= {"evil": '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_e" Version="2.0" '
          'IssueInstant="2024-05-06T07:08:00Z"><saml:Issuer>https://idp.example</saml:Issuer>{around}<saml:Subject><saml:NameID>'
          "admin@idp.example</saml:NameID>{confirmation}</saml:Subject><saml:Conditions NotBefore=\"2024-05-06T07:08:00Z\" "
          'NotOnOrAfter="2024-05-06T07:13:00Z"><saml:AudienceRestriction><saml:Audience>https://sp.example</saml:Audience>'
          '</saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="2024-05-06T07:08:00Z">'
          "<saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
          "</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>{inside}</saml:Assertion>",
          "around": "", "inside": "",
          "bare": parts["assertion"].replace("{signature}", "")}
whole = {"uri": "#_r"}
parts["whole"] = "{head}{signature}{status}{bare}</samlp:Response>"
signed_whole = {"uri": "#_r"} | by_xmlsec1("whole", whole, "p256")
other = by_xmlsec1("login", {}, "other")
ACCEPTED, WRAPPED = "accepted", "rejected sig-consumed-unsigned"


def attack(name, rule, change=None, text="login", values=None, key="p256"):
    check("attack", name, text, rule, key, values if values is not None else signed, change)


attack("Assertion", ACCEPTED)
attack("Response", ACCEPTED, text="whole", values=signed_whole)
parts["out"] = parts["head"].replace('"_r"', '"_o"')
genuine = "{head}{status}{bare}</samlp:Response>"
around = lambda inside: parts["signature"].replace("{keyinfo}</ds:Signature>", inside + "</ds:Signature>")
parts |= {"xsw1": "{out}" + around("<ds:Object>" + genuine + "</ds:Object>") + "{status}{evil}</samlp:Response>",
          "xsw2": "{out}{signature}" + genuine + "{status}{evil}</samlp:Response>",
          "xsw3": "{head}{status}{evil}{assertion}</samlp:Response>",
          "xsw5": "{head}{status}{evil}{bare}</samlp:Response>",
          "xsw7": "{head}<samlp:Extensions>{evil}</samlp:Extensions>{status}{assertion}</samlp:Response>",
          "xsw8": "{head}{status}{evil}</samlp:Response>"}
attack("XSW1", "insecure sig-consumed-unsigned", text="xsw1", values=signed_whole)
attack("XSW2", WRAPPED, text="xsw2", values=signed_whole)
attack("XSW3", WRAPPED, text="xsw3")
attack("XSW4", WRAPPED, text="xsw8", values=signed | {"inside": "{assertion}"})
attack("XSW5", WRAPPED, text="xsw5", values=signed | {"around": "{signature}"})
attack("XSW6", WRAPPED, text="xsw8", values=signed | {"around": around("{bare}")})
attack("XSW7", "insecure sig-consumed-unsigned", text="xsw7")
attack("XSW8", "insecure sig-consumed-unsigned", text="xsw8", values=signed | {"around": around("<ds:Object>{bare}</ds:Object>")})
attack("CVE-2017-11427", "insecure nid-comment-split",
       [("mallory@idp.example", "admin@idp.example<!---->.mallory@idp.example")],
       values=by_xmlsec1("login", {"subject": parts["subject"].replace("mallory@", "admin@idp.example.mallory@")}, "p256")
       | {"subject": parts["subject"]})
# A stranger's key that the message itself shows.
point = private["other"].public_key().public_bytes(S.Encoding.X962, S.PublicFormat.UncompressedPoint)
shown = '<ds:KeyInfo><ds:KeyValue><dsig11:ECKeyValue xmlns:dsig11="http://www.w3.org/2009/xmldsig11#"><dsig11:NamedCurve ' \
    'URI="urn:oid:1.2.840.10045.3.1.7"/><dsig11:PublicKey>' + b64(point) + "</dsig11:PublicKey></dsig11:ECKeyValue>" \
    "</ds:KeyValue></ds:KeyInfo>"
attack("ds:KeyInfo", "rejected sig-key-not-in-metadata", values=other | {"keyinfo": shown})
attack("ds:KeyInfo", "undetermined", values=other | {"keyinfo": shown}, key=None)
attack("ds:KeyInfo", ACCEPTED, values=other | {"keyinfo": shown}, key="other")
attack("ds:DigestValue", "rejected sig-digest-mismatch", [("mallory@", "admin@")])
attack("ds:SignatureValue", "rejected sig-value-mismatch", [spoiled(signed["value"])])
attack("hmac-sha1", "insecure sig-alg-hmac", [(parts["method"], DS + "hmac-sha1")])
attack("ds:Signature", "rejected sig-none", values={"signature": ""})
attack("ID", "rejected attack-id-pollution",
       [("<samlp:Status>", '<samlp:Extensions><x xmlns="urn:x" ID="_a"/></samlp:Extensions><samlp:Status>')])
attack("<!DOCTYPE>", "insecure saml-xml-dtd", [("<samlp:Response ", '<!DOCTYPE r [<!ENTITY a "b">]><samlp:Response ')])
attack("ds:Reference/@URI", "rejected sig-reference-uri", [('URI="#_a"', 'URI="#_b"')])
attack("StatusCode", "rejected saml-status-not-success", [("status:Success", "status:Requester")])
attack("Destination", "rejected saml-destination-mismatch", [('Destination="https://sp.example/acs"', 'Destination="https://evil.example/acs"')])
CONTEXTS = (("NotOnOrAfter", {"now": "2024-05-06T07:30:00Z"}, "rejected asr-scd-expired"),
            ("NotBefore", {"now": "2024-05-06T06:00:00Z"}, "rejected asr-notbefore-future"),
            ("Audience", {"sp_entity_id": "https://other.example"}, "rejected asr-audience-mismatch"),
            ("Recipient", {"received_at": "https://other.example/acs"}, "rejected saml-destination-mismatch"))
for name, context, expected in CONTEXTS:
    attack(name, expected)
    checks[-1]["context"] = context

json.dump({"form": 1, "keys": keys, "opener": b64(opener), "parts": parts,
           "context": {"now": "2024-05-06T07:09:00Z", "profile": "generic", "sp_entity_id": "https://sp.example",
                       "received_at": "https://sp.example/acs"},
           "checks": checks}, sys.stdout, ensure_ascii=False, separators=(",", ":"))
