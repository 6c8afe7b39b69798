/** What lies on top of a pack, for whoever opens it without knowing Custos. */
export const README = `Evidence pack of Custos (custos-evidence-pack/1)

What a system's conformity with ETSI EN 304 223 was computed from, and what came out.

  manifest.json       one row for each provision, also where evidence is missing; counts
  assessment.json     the assessment with reasons, RFC 8785 form
  ledgers/*.jsonl     every observation as a signed DSSE envelope, every act, in the order of recording
  ledgers/*.checkpoint  the signed checkpoint of each ledger; keep it, and compare it with the next pack
  proofs.jsonl        the audit path of every observation to that checkpoint (RFC 6962)
  specification.json  the provisions and duties in Custos' own words; its SHA-256 is in the manifest
  keys.json           public keys; they inform, they prove nothing by themselves
  exports/            the same verdicts in other formats
  trailer.dsse.json   signed: the SHA-256 and size of every other member, and counts

To verify, get custos-verify.mjs and the key's fingerprint from somewhere else than this file, best from
the organisation itself by another way, and run with Node.js 20 or newer:

  node custos-verify.mjs PACK.zip --key sha256:FINGERPRINT

It says what it checked, and what nobody can check from a file alone.
`;
