/** VERIFY.md of every package: the published algorithm, complete in itself. */
export const verifyText = `# How this package is verified

Format \`caudal.evidence/v1\`. Everything below needs SHA-256, Ed25519 (RFC 8032) and a JSON reader, and nothing of the program that
made the package. All hashes are written in lower-case hex, and all texts are UTF-8. \`‖\` joins bytes.

Get the public key (\`chain/public.pem\`, or its name: the first 16 hex digits of the SHA-256 of its SPKI DER) from somewhere else than this
package, for example from a signed head that you were sent earlier. Without that, the package only proves that it agrees with itself.

1. **Chain.** \`chain/chain.json\` says the first entry's number \`first\`, the link before it \`previous\`, and \`last\`.
   \`chain/entries.jsonl\` has one line for each entry from \`first\` to \`last\`, without a hole. A line that begins with \`{\` is the entry
   itself, in canonical JSON (RFC 8785), with its number \`seq\`; its digest is the SHA-256 of the line without the line end. A line in
   quotes is the digest of an entry that is about other works. The link of an entry is
   \`SHA-256(link before (32 bytes) ‖ digest (32 bytes))\`. The first entry of a whole chain has 32 zero bytes as the link before it.
2. **Head.** \`chain/head.json\` is signed: \`seq\`, \`link\`, \`at\`, \`key\`, \`signature\`. \`seq\` is \`last\`, and \`link\` is the link that step 1
   ends in. \`signature\` (base64) is Ed25519 by the key over the canonical JSON of
   \`{"at":…,"key":…,"link":…,"seq":…,"type":"caudal.audit-head/v1"}\`.
3. **Manifest.** The newest entry with \`act\` \`evidence exported\` has as \`hash\` the SHA-256 of \`manifest.json\`.
   \`manifest.json\` lists the SHA-256 of every other file under \`files\`. There is no file beside those, itself and \`chain/\`.
4. **Attempts.** For each entry \`attempt opened\` whose \`subject\` is a submission of the manifest: the submission has that attempt
   (\`detail.attempt\`); \`hash\` is the SHA-256 of its artifact file (none for a read-back); \`detail.report\` is the SHA-256 of its report file;
   for each of \`detail.sources\`, \`hash\` is the SHA-256 of the file of the raw record \`raw\`; for each of \`detail.basis\`, the value is the SHA-256 of
   the file of that basis. For each entry \`attempt closed\`: \`hash\` is the SHA-256 of the attempt's answer file, null where nothing was
   answered. For each \`receipt entered\`: \`detail.report\`, \`sources\` and \`basis\` as above. For each \`correction task\`: \`hash\` is the
   SHA-256 of a step of the submission's \`tasks\` file (\`history\` of its tasks) in canonical JSON; names stand in that order there.
5. **Nothing left out.** Each attempt of the manifest has an entry \`attempt opened\`, but those marked \`"chained": false\`, which are older
   than the chain. Each step of a \`tasks\` file has an entry \`correction task\`. The submission's \`receipt\` is a \`detail.receipt\` of one of its entries, and is there when one of them has one.

The package was read while the work went on: \`asOf\` is the newest entry when reading began. What an entry after it says of an attempt,
an answer or a receipt may be missing from the package.

The artifact is the request with its secrets and its send time left open, as \`{{name}}\`; the send time is the \`at\` of \`attempt opened\`.
Instants are UTC milliseconds since 1970. \`clockOffsetMs\` says how far the regulator's clock was ahead of ours.
`;
