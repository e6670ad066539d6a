#!/usr/bin/env python3
"""Reads metadata with lxml, and says in JSON what is in it: what `metadata_oracle.rs` holds the engine's reading against.

`metadata_oracle.py find FOLDER...` prints the files below the folders whose root element is one of metadata.
`metadata_oracle.py read` takes paths from its input, a line each, and prints a line for each of what is in them.
`metadata_oracle.py form` takes lines of JSON `[path, number, text]`, the text of an entity that stands by itself, and
prints whether its canonical form and its namespaces are those of that entity in the file.

Of what the engine does it knows nothing: the names are the standard's (SAML 2.0 Metadata, and its extensions).
"""

import base64
import binascii
import datetime
import hashlib
import io
import json
import os
import re
import sys

from lxml import etree

MD = "urn:oasis:names:tc:SAML:2.0:metadata"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
DS = "http://www.w3.org/2000/09/xmldsig#"
MDUI = "urn:oasis:names:tc:SAML:metadata:ui"
MDRPI = "urn:oasis:names:tc:SAML:metadata:rpi"
MDATTR = "urn:oasis:names:tc:SAML:metadata:attribute"
SHIBMD = "urn:mace:shibboleth:metadata:1.0"
ALG = "urn:oasis:names:tc:SAML:metadata:algsupport"
IDPDISC = "urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol"
INIT = "urn:oasis:names:tc:SAML:profiles:SSO:request-init"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

ROLES = (
    "IDPSSODescriptor SPSSODescriptor AttributeAuthorityDescriptor AuthnAuthorityDescriptor PDPDescriptor RoleDescriptor"
).split()
ENDPOINTS = (
    "SingleSignOnService AssertionConsumerService SingleLogoutService ArtifactResolutionService ManageNameIDService "
    "NameIDMappingService AssertionIDRequestService AuthnQueryService AttributeService AuthzService"
).split()
FLAGS = ("WantAuthnRequestsSigned", "AuthnRequestsSigned", "WantAssertionsSigned")
SPACE = " \t\r\n"


def parsed(data):
    """As strict as the engine is: no document type, nothing mended."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    tree = etree.parse(io.BytesIO(data), parser)
    if tree.docinfo.doctype:
        raise etree.XMLSyntaxError("a document type", 0, 0, 0)
    return tree.getroot()


def children(node, namespace, *names):
    """The child elements of these names, in document order."""
    wanted = {f"{{{namespace}}}{name}" for name in names}
    return [child for child in node if isinstance(child.tag, str) and child.tag in wanted]


def content(node):
    """The text of an element and all below it, without comments, and without white space around it."""
    return "".join(node.xpath(".//text()")).strip(SPACE)


def local(node):
    return etree.QName(node).localname


def instant(text):
    """Seconds since 1970 of an xs:dateTime; None where it is none."""
    shape = r"(-?\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?"
    found = re.fullmatch(shape, (text or "").strip(SPACE))
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    zone = found.group(8) or "Z"
    try:
        moment = datetime.datetime(year, month, day, hour % 24, minute, second, tzinfo=datetime.timezone.utc)
    except ValueError:
        return None
    if hour == 24:
        moment += datetime.timedelta(days=1)
    seconds = int(moment.timestamp())
    if zone != "Z":
        offset = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
        seconds -= offset if zone[0] == "+" else -offset
    return seconds


def certificates(text):
    """SHA-256 of the certificates in the content of an X509Certificate, and how many cannot be read."""
    blocks = re.findall(r"-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----", text)
    if blocks:
        answers = [certificates(block) for block in blocks]
        return [digest for good, _ in answers for digest in good], sum(bad for _, bad in answers)
    text = "".join(text.split())
    try:
        der = base64.b64decode(text, validate=True)
    except binascii.Error:
        return [], 1
    # A whole file of PEM, once more in base64: some products write it so.
    if der.startswith(b"-----BEGIN CERTIFICATE-----"):
        return certificates(der.decode("ascii", "replace"))
    # A SEQUENCE, and its length is there: anything else is no certificate.
    if len(der) < 4 or der[0] != 0x30:
        return [], 1
    length, begin = der[1], 2
    if length & 0x80:
        begin += length & 0x7F
        length = int.from_bytes(der[2:begin], "big")
    if len(der) < begin + length:
        return [], 1
    return [hashlib.sha256(der).hexdigest()], 0


def key(node):
    shown, unreadable, names = [], 0, []
    for info in children(node, DS, "KeyInfo")[:1]:
        names = [content(name) for name in children(info, DS, "KeyName")]
        for data in children(info, DS, "X509Data"):
            for one in children(data, DS, "X509Certificate"):
                good, bad = certificates(content(one))
                shown += good
                unreadable += bad
    return {
        "use": node.get("use"),
        "certificates": shown,
        "unreadable": unreadable,
        "key_names": names,
        "encryption_methods": [m.get("Algorithm") for m in children(node, MD, "EncryptionMethod") if m.get("Algorithm")],
    }


def worded(nodes):
    return [[node.get(LANG), content(node)] for node in nodes]


def line(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def boolean(text):
    return {"true": True, "1": True, "false": False, "0": False}.get((text or "").strip(SPACE))


def attribute(node):
    return {
        "name": node.get("Name"),
        "friendly_name": node.get("FriendlyName"),
        "name_format": node.get("NameFormat"),
        "is_required": boolean(node.get("isRequired")),
        "values": [content(value) for value in children(node, SAML, "AttributeValue")],
    }


def service(node):
    return {
        "index": node.get("index"),
        "is_default": boolean(node.get("isDefault")),
        "names": worded(children(node, MD, "ServiceName")),
        "descriptions": worded(children(node, MD, "ServiceDescription")),
        "attributes": [attribute(one) for one in children(node, MD, "RequestedAttribute")],
    }


def endpoint(node):
    said = {name: node.get(name) for name in ("Binding", "Location", "ResponseLocation", "index")}
    return [local(node), said["Binding"], said["Location"], said["ResponseLocation"], said["index"], boolean(node.get("isDefault"))]


def extensions(node):
    return [child for one in children(node, MD, "Extensions") for child in one if isinstance(child.tag, str)]


def extended(node, namespace, *names):
    wanted = {f"{{{namespace}}}{name}" for name in names}
    return [child for child in extensions(node) if child.tag in wanted]


def interface(node):
    infos = extended(node, MDUI, "UIInfo")
    within = lambda *names: [child for info in infos for child in children(info, MDUI, *names)]
    return {
        "display_names": worded(within("DisplayName")),
        "descriptions": worded(within("Description")),
        "keywords": worded(within("Keywords")),
        "information_urls": worded(within("InformationURL")),
        "privacy_urls": worded(within("PrivacyStatementURL")),
        "logos": [[logo.get(LANG), content(logo), logo.get("width"), logo.get("height")] for logo in within("Logo")],
    }


def scopes(node):
    return [[content(scope), boolean(scope.get("regexp"))] for scope in extended(node, SHIBMD, "Scope")]


def algorithms(node):
    return [
        [local(one), one.get("Algorithm"), one.get("MinKeySize"), one.get("MaxKeySize")]
        for one in extended(node, ALG, "DigestMethod", "SigningMethod")
    ]


def role(node, entity):
    ends = [endpoint(child) for child in children(node, MD, *ENDPOINTS)]
    # Of a role's extensions these two are endpoints as well.
    more = [endpoint(child) for child in extended(node, IDPDISC, "DiscoveryResponse") + extended(node, INIT, "RequestInitiator")]
    return {
        "kind": local(node),
        "role_type": node.get(f"{{{XSI}}}type"),
        "protocols": node.get("protocolSupportEnumeration"),
        "valid_until": node.get("validUntil"),
        "error_url": node.get("errorURL"),
        "flags": {name: node.get(name) for name in FLAGS if node.get(name) is not None},
        "endpoints": sorted(map(line, ends + more)),
        "keys": [key(one) for one in children(node, MD, "KeyDescriptor")],
        "name_id_formats": [content(one) for one in children(node, MD, "NameIDFormat")],
        "attribute_services": [service(one) for one in children(node, MD, "AttributeConsumingService")],
        "attributes": [attribute(one) for one in children(node, SAML, "Attribute")],
        "scopes": sorted(map(line, scopes(node) + scopes(entity))),
        "ui": interface(node),
        "hints": [content(hint) for hints in extended(node, MDUI, "DiscoHints") for hint in hints if isinstance(hint.tag, str)],
        "algorithms": sorted(map(line, algorithms(node) + algorithms(entity))),
    }


def once(values):
    return list(dict.fromkeys(values))


def contact(node):
    text = lambda name: " ".join(content(one) for one in children(node, MD, name))
    return {
        "type": node.get("contactType"),
        "company": text("Company"),
        "name": " ".join(content(one) for one in children(node, MD, "GivenName") + children(node, MD, "SurName")),
        "emails": [content(one) for one in children(node, MD, "EmailAddress")],
        "telephones": [content(one) for one in children(node, MD, "TelephoneNumber")],
    }


def categories(node):
    return [
        [one.get("Name") or "", content(value)]
        for attributes in extended(node, MDATTR, "EntityAttributes")
        for one in attributes.iter(f"{{{SAML}}}Attribute")
        for value in children(one, SAML, "AttributeValue")
        # Those of an assertion within are what somebody else says.
        if one.getparent() is attributes
    ]


def entity(node, ends):
    found = children(node, MD, *ROLES)
    roles = [role(one, node) for one in found]
    registration = extended(node, MDRPI, "RegistrationInfo")
    organizations = children(node, MD, "Organization")
    within = lambda name: [child for one in organizations for child in children(one, MD, name)]
    contacts = [contact(one) for one in children(node, MD, "ContactPerson")]
    mails = [re.sub(r"(?i)^mailto:", "", mail) for one in contacts for mail in one["emails"] if mail]
    own = instant(node.get("validUntil"))
    all_ends = [end for end in [*ends, own] if end is not None]
    return {
        "entity_id": node.get("entityID"),
        "valid_until": node.get("validUntil"),
        "cache_duration": node.get("cacheDuration"),
        "expires": min(all_ends, default=None),
        "registrar": next((one.get("registrationAuthority") for one in registration), None),
        "registered": next((one.get("registrationInstant") for one in registration), None),
        "policies": worded([p for one in registration for p in children(one, MDRPI, "RegistrationPolicy")]),
        "categories": categories(node),
        "kinds": once(one["kind"] for one in roles),
        "roles": roles,
        "scopes": sorted(once(value for one in [*found, node] for value, _ in scopes(one))),
        "contacts": contacts,
        "mails": once(mails),
        "certificates": sorted(once(digest for one in roles for k in one["keys"] for digest in k["certificates"])),
        "names": [name for one in roles for name in one["ui"]["display_names"]],
        "organization": {name: worded(within(name)) for name in ("OrganizationName", "OrganizationDisplayName", "OrganizationURL")}
        if organizations
        else None,
        "additional_locations": [content(one) for one in children(node, MD, "AdditionalMetadataLocation")],
    }


def entities(root):
    """Every entity that stands where the schema has one, in document order, with the ends of all around it."""
    open_nodes, found, groups = [(root, [])], [], 0
    while open_nodes:
        node, ends = open_nodes.pop()
        if node.tag == f"{{{MD}}}EntityDescriptor":
            found.append((node, ends))
        elif node.tag == f"{{{MD}}}EntitiesDescriptor":
            groups += 1
            within = [*ends, instant(node.get("validUntil"))]
            open_nodes += [(child, within) for child in reversed(children(node, MD, "EntityDescriptor", "EntitiesDescriptor"))]
    return found, groups


def is_metadata(path):
    with open(path, "rb") as file:
        data = file.read()
    if b"Descriptor" not in data and b"D\0e\0s\0c" not in data and b"\0D\0e\0s" not in data:
        return False
    try:
        return parsed(data).tag in (f"{{{MD}}}EntityDescriptor", f"{{{MD}}}EntitiesDescriptor")
    except (etree.XMLSyntaxError, ValueError):
        return False


def find(folders):
    for folder in folders:
        for where, below, names in os.walk(folder):
            below.sort()
            for name in sorted(names):
                path = os.path.join(where, name)
                if is_metadata(path):
                    print(path)


def told(path):
    with open(path, "rb") as file:
        root = parsed(file.read())
    found, groups = entities(root)
    publication = extended(root, MDRPI, "PublicationInfo")
    signed = children(root, DS, "Signature")[:1]
    shown = [content(one) for signature in signed for one in signature.iter(f"{{{DS}}}X509Certificate")]
    return {
        "path": path,
        "root": local(root),
        "name": root.get("Name"),
        "id": root.get("ID"),
        "valid_until": root.get("validUntil"),
        "valid_until_unix": instant(root.get("validUntil")),
        "cache_duration": root.get("cacheDuration"),
        "publisher": next((one.get("publisher") for one in publication), None),
        "groups": groups,
        "signed": bool(signed),
        "signer": shown,
        "entities": [entity(node, ends) for node, ends in found],
    }


def read(lines):
    for path in lines:
        print(json.dumps(told(path.rstrip("\n"))), flush=True)


def forms(node):
    form = lambda **how: hashlib.sha256(etree.tostring(node, method="c14n", with_comments=True, **how)).hexdigest()
    # A copy under no parent: lxml takes the declarations in scope along, as inclusive form does.
    return form(exclusive=True), sorted((prefix or "", uri) for prefix, uri in node.nsmap.items())


def form(lines):
    path, nodes = None, []
    for question in lines:
        wanted, number, text = json.loads(question)
        if wanted != path:
            with open(wanted, "rb") as file:
                path, root = wanted, parsed(file.read())
            nodes = [node for node, _ in entities(root)[0]]
        there = nodes[number]
        try:
            here = parsed(text.encode("utf-8"))
        except etree.XMLSyntaxError as error:
            print(json.dumps({"same": False, "why": f"lxml refuses it: {error}"}), flush=True)
            continue
        (octets, namespaces), (octets_there, namespaces_there) = forms(here), forms(there)
        # What nothing in the element uses may be left out, and what is there is there under the same name.
        strange = [one for one in namespaces if one not in namespaces_there]
        why = "" if octets == octets_there else "another exclusive canonical form"
        if strange:
            why += f" declares what the file does not: {strange}"
        missing = [one for one in namespaces_there if one not in namespaces]
        print(json.dumps({"same": not why, "why": why, "missing": missing}), flush=True)


if __name__ == "__main__":
    command = sys.argv[1]
    if command == "find":
        find(sys.argv[2:])
    else:
        {"read": read, "form": form}[command](sys.stdin)
