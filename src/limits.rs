//! Every limit of the engine, in one place; going over one is an error that names it.

/// Bytes of one input, as pasted or dropped.
pub const INPUT_BYTES: usize = 512 << 20;
/// Bytes that one DEFLATE stream may inflate to.
pub const INFLATED_BYTES: usize = 64 << 20;
/// How many times larger than its compressed form a stream may become, beyond the first mebibyte.
/// DEFLATE itself cannot pass 1032; SAML messages stay under 20.
pub const INFLATE_RATIO: usize = 200;
/// Bytes that a gzip file may unpack to.
pub const GZIP_FILE_BYTES: usize = 256 << 20;
/// Runs of base64 that are tried in one text with a value somewhere in it.
pub const RUNS_TRIED: usize = 64;
/// Bytes of such a run that are decoded to see whether it is one.
pub const RUN_TRIED_BYTES: usize = 2_048;
/// Bytes of one case file. What is in it is no larger than it.
pub const CASE_FILE_BYTES: usize = 512 << 20;
/// Characters of a link that carries a case: browsers take two million, and more than this no one hands on.
pub const LINK_BYTES: usize = 1 << 20;
/// Layers of encoding that redaction looks into.
pub const REDACTION_LAYERS: usize = 8;
/// Characters of a word that redaction looks among the others for one which differs from it by a letter; no name is longer.
pub const REDACTION_ALIKE: usize = 128;
/// Signatures of one document whose digests redaction makes anew, and elements that each is tried over.
pub const REDACTION_SIGNATURES: usize = 32;
/// Lines of one list in a report that a person reads.
pub const REPORT_LINES: usize = 500;
/// Inputs of one case file, and as many files beside them.
pub const CASE_FILE_PARTS: usize = 1024;
/// Steps from what was pasted to one message: how often a form may stand within a form.
pub const STEPS: usize = 32;
/// Messages that are taken out of one input.
pub const CAPTURES: usize = 1_000;
/// Bytes of one record of a log whose records are JSON. A trace is more, and no record.
pub const LOG_RECORD_BYTES: usize = 4 << 20;
/// Bytes of a web page's text that are kept: an error is said in a few lines.
pub const PAGE_TEXT_BYTES: usize = 16 * 1024;
/// Bytes of a token or an address that is looked at for another protocol's names; real ones stay under 10 KiB.
pub const ADDRESS_BYTES: usize = 64 * 1024;
/// Bytes of an input from which on it is read in pieces and sieved, where it is JSON.
pub const SIEVED_FROM_BYTES: usize = 8 << 20;
/// Bytes of one element of a trace, such as an exchange with its bodies, that a sieve keeps.
pub const SIEVED_ENTRY_BYTES: usize = 32 << 20;
/// Bytes of an element for which a sieve keeps room from one to the next.
pub const SIEVE_BUFFER_BYTES: usize = 1 << 20;
/// Requests of a NetLog that a sieve keeps every further event of.
pub const SIEVE_SOURCES: usize = 100_000;
/// Files of one archive.
pub const ARCHIVE_FILES: usize = 65_535;
/// Bytes that the files of one archive may inflate to, together.
pub const ARCHIVE_BYTES: usize = 512 << 20;
/// Bytes of a value that may be the mask of another.
pub const MASKED_BYTES: usize = 200;
/// Layers of percent-encoding that are peeled from one value.
pub const PERCENT_LAYERS: usize = 4;
/// Bytes of one XML document: offsets are kept in 32 bits.
pub const XML_BYTES: usize = 512 << 20;
/// Elements within elements. Nothing recurses, so that this bounds memory and not the stack.
pub const XML_DEPTH: usize = 65_536;
/// Nodes of one document.
pub const XML_NODES: usize = 64 << 20;
/// Attributes of one element, namespace declarations counted as well.
pub const XML_ATTRIBUTES: usize = 65_536;
/// Namespace declarations in scope at one element.
pub const XML_NAMESPACES: usize = 65_536;
/// Bytes of one prefix or one local name.
pub const XML_NAME_BYTES: usize = 65_535;
/// Bytes of decoded XML above which a report leaves the text out unless it is asked for.
pub const REPORT_XML_BYTES: usize = 1_000_000;
/// Bytes of a text that is not shown as a whole, but an element at a time, where it stands in the input as it is.
pub const SHOWN_XML_BYTES: usize = 16 << 20;
/// EncryptedData elements of one document that are opened; those after them are named and left closed.
pub const ENCRYPTED_PARTS: usize = 256;
/// EncryptedKey elements that are tried for one EncryptedData: one for each recipient.
pub const ENCRYPTED_KEYS: usize = 64;
/// RSA decryptions for one document, every private key with every EncryptedKey.
pub const KEY_ATTEMPTS: usize = 1024;
/// How often what was decrypted is searched for more that is encrypted: an EncryptedID within a decrypted Assertion is
/// the second round.
pub const DECRYPTION_ROUNDS: usize = 4;
/// Certificates, and names of each other sort, that are read from the KeyInfo of one EncryptedKey.
pub const KEY_NAMES: usize = 16;
/// The most bytes one certificate or one key may have (DER). Real ones stay under 10 KiB.
pub const MAX_OBJECT_BYTES: usize = 256 * 1024;
/// The most bytes of text or DER that are searched for certificates at once.
pub const MAX_BUNDLE_BYTES: usize = 4 * 1024 * 1024;
/// The most certificates read from one bundle.
pub const MAX_CERTIFICATES: usize = 1024;
/// How deep ASN.1 values may nest.
pub const MAX_ASN1_DEPTH: usize = 40;
/// The smallest RSA modulus that is computed with, in bits. Weak keys are judged elsewhere, not refused here.
pub const MIN_RSA_BITS: usize = 512;
/// The largest RSA modulus that is computed with, in bits.
pub const MAX_RSA_BITS: usize = 16384;
/// The most bits of an RSA public exponent: a longer one would take as long as a signer's computation.
pub const MAX_EXPONENT_BITS: usize = 33;
/// The most iterations of PBKDF2 that a passphrase may cost. OpenSSL writes 2048, careful tools a million.
pub const MAX_PBKDF2_ITERATIONS: u32 = 4_000_000;
/// The most memory that scrypt may ask for, in bytes (128 × N × r).
pub const MAX_SCRYPT_BYTES: u64 = 64 * 1024 * 1024;
/// The largest parallelization of scrypt; its work grows with this.
pub const MAX_SCRYPT_PARALLELIZATION: u16 = 16;
/// The longest serial number written out in decimal, in bytes (RFC 5280 §4.1.2.2 allows 20).
pub const MAX_SERIAL_BYTES: usize = 256;
/// The most bytes of ciphertext that are decrypted at once.
pub const MAX_CIPHERTEXT_BYTES: usize = 64 * 1024 * 1024;
/// The largest wrapped key, in bytes (a wrapped AES-256 key has 40).
pub const MAX_WRAPPED_KEY_BYTES: usize = 1024;
/// Characters of an identifier that is aligned with another character by character; of longer ones only what they begin
/// and end with alike is found.
pub const ALIGNED_CHARACTERS: usize = 2_000;
/// Bytes that one entity of a document type may stand for before it is told as a bomb; none is ever expanded.
pub const ENTITY_BYTES: usize = 64 * 1024;
/// Values of attributes, and attributes without any, that the report takes apart for one assertion.
pub const IDENTITY_VALUES: usize = 1_000;
/// Times, and limits of the session, that the report takes apart for one assertion.
pub const IDENTITY_TIMES: usize = 64;
/// Bytes of one text that the report takes apart; the rest is in the message.
pub const IDENTITY_TEXT_BYTES: usize = 2_048;
/// Differences between two messages that a comparison lists; the rest are counted.
pub const COMPARED_ROWS: usize = 500;
/// Bytes of one value that a comparison shows.
pub const COMPARED_TEXT_BYTES: usize = 4_096;
/// Octets of two texts, beside what they begin and end with alike, that are aligned with one another.
pub const DIFFERENCE_OCTETS: usize = 256 * 1024;
/// Stretches that the difference of two texts is told in.
pub const DIFFERENCE_PIECES: usize = 400;
/// Bytes of text that one such stretch shows.
pub const DIFFERENCE_TEXT_BYTES: usize = 2_048;
/// Bytes of a message that another reader of XML is asked about as well.
pub const OUTLINED_BYTES: usize = 256 * 1024;
/// Bytes of a text that two readers read differently which are told.
pub const OUTLINED_TEXT_BYTES: usize = 200;
/// Bytes of what a decoding step made that are kept to be looked at.
pub const STEP_HEAD_BYTES: usize = 48;
/// Certificates and keys that the report lists; of those over it the places are counted.
pub const REPORT_KEYS: usize = 256;
/// Places that the report lists for one certificate or key.
pub const KEY_USES: usize = 64;
/// Bytes of DER that the report gives as PEM. Real certificates have 1 to 4 KiB.
pub const PEM_BYTES: usize = 16 * 1024;
/// Keys that the report names for one signature as those that it was tried with.
pub const KEYS_TRIED: usize = 16;
/// Elements that the path of an explained one names, the innermost.
pub const EXPLAINED_PATH: usize = 32;
/// Requests without an answer that one which names none of them is held against, the newest.
pub const OPEN_REQUESTS: usize = 64;
/// Texts with markup within them of which the report tells what each reader takes them for, in one message.
pub const SPLIT_TEXTS: usize = 64;
/// Wrapped elements of one message that are told; one is enough to refuse it.
pub const WRAPPINGS: usize = 16;
/// Elements of one ID that are looked at. No two may have the same.
pub const SAME_ID: usize = 16;
/// Values of each sort, audiences and attributes, that the report gives of a wrapped element.
pub const CLAIM_VALUES: usize = 64;
/// Bytes that are hashed, for all messages of a case, in the search for what makes a broken signature hold.
pub const DOCTOR_BYTES: usize = 64 << 20;
/// The same for one signature.
pub const DOCTOR_SIGNATURE_BYTES: usize = 20 << 20;
/// Bytes of a message beyond which nothing is searched for.
pub const DOCTOR_MESSAGE_BYTES: usize = 1 << 20;
/// Broken signatures of a case that are examined.
pub const DOCTOR_SIGNATURES: usize = 16;
/// Bytes that each try is counted for beside those that it hashes.
pub const DOCTOR_CANDIDATE_BYTES: usize = 1_024;
/// Signature values that are checked in that search by computing with a key.
pub const DOCTOR_VERIFICATIONS: usize = 96;
/// Keys that a broken signature is tried with, those that may not speak for its signer among them.
pub const DOCTOR_KEYS: usize = 32;
/// Values that may be the original of a changed one.
pub const DOCTOR_HINTS: usize = 256;
/// Values of a message that are looked at for a second one that is the same.
pub const DOCTOR_VALUES: usize = 256;
/// Times that a changed one may be so many minutes from.
pub const DOCTOR_TIMES: usize = 6;
/// Bytes of a value for which an original is looked for.
pub const DOCTOR_VALUE_BYTES: usize = 1_024;
/// Places that are told of one edit.
pub const DOCTOR_PLACES: usize = 64;
/// Bytes that the signatures of one document are over, together and beside four times its own. Each may be over the whole, so that
/// their number alone bounds nothing; a file with a signature for every entity and one around all needs twice its own.
pub const SIGNED_BYTES: usize = 64 << 20;
/// References of one signature whose digests are tried with an element that might be the signed one.
pub const HASHED_REFERENCES: usize = 4;
/// Entities of one metadata file, and certificates of its calendar, that an abridged report lists.
pub const REPORT_ENTITIES: usize = 100;
/// Values of the metadata that one value of a message is shown beside.
pub const LISTED_VALUES: usize = 20;
/// Declarations around the entities of one metadata file, and bytes of their texts, that are put together so that each entity
/// can stand alone. The largest federations have one element around all.
pub const AROUND_ENTITIES: usize = 1 << 20;
/// Checks of the self-test.
pub const SELF_TEST_CHECKS: usize = 1_000;
/// Bytes of one of its messages.
pub const SELF_TEST_TEXT_BYTES: usize = 64 << 10;
/// Pieces that one of them may be put together of: some that hold each other would never end.
pub const SELF_TEST_PIECES: usize = 128;
