/** custos-verify.mjs: the stand-alone verifier of evidence packs. One file, for Node.js 20 and newer, nothing to install. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CustosError, isDigest } from '@custos/core';
import { LedgerName, ledgerMember } from './format.ts';
import { sampleOf, verifyPack } from './verify-pack.ts';
import { looksLikeZip, readZip } from './zip-reader.ts';

/** Set by the build: digests of the specifications that this verifier comes with. */
declare const CUSTOS_SPECIFICATIONS: Record<string, string> | undefined;

const USAGE = `Usage: node custos-verify.mjs PACK.zip --key KEY [--key KEY…] [options]

  --key KEY          the organisation's public key (name+hash+base64), its fingerprint (sha256:…), or a file
                     with keys, one a line. It must come from elsewhere than the pack.
  --checkpoint FILE  a signed checkpoint, or a whole pack, that you kept from earlier
  --specification DIGEST
                     (sha256:…) of a specification beside EN 304 223 as this verifier comes with it: of a framework of
                     your own, or of an earlier version. It must come from elsewhere than the pack.
  --observation ID   print one observation with its entry and proof, and check nothing
  --json             print the report as JSON

Exit codes: 0 the pack verifies; 1 it does not; 2 wrong usage, or this is no evidence pack; 3 it is whole and signed, but
of another version whose verdicts could not be computed again, or by a specification that is not known here.
`;

const EXIT = { verified: 0, refused: 1, not_recomputed: 3 } as const;
const SENTENCE = {
  verified: 'The pack VERIFIES.',
  refused: 'The pack does NOT verify.',
  not_recomputed:
    'The pack is whole and signed. Its verdicts were NOT computed again by a specification that is known here: see "Not checked".',
} as const;

process.exitCode = await main(process.argv.slice(2));

async function main(words: string[]): Promise<number> {
  try {
    return await run(words);
  } catch (error) {
    const known = error instanceof CustosError || (error instanceof Error && 'code' in error);
    process.stderr.write(`custos-verify: ${known ? error.message : String(error)}\n`);
    return 2;
  }
}

async function run(words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      key: { type: 'string', multiple: true, default: [] },
      checkpoint: { type: 'string', multiple: true, default: [] },
      specification: { type: 'string', multiple: true, default: [] },
      observation: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [path] = positionals;
  if (values.help || path === undefined || positionals.length > 1) {
    process.stderr.write(USAGE);
    return values.help ? 0 : 2;
  }
  const bytes = readFileSync(path);
  if (values.observation !== undefined) {
    process.stdout.write(`${JSON.stringify(sampleOf(bytes, values.observation), undefined, 2)}\n`);
    process.stderr.write('Nothing was checked: verify the pack without --observation.\n');
    return 0;
  }
  const report = await verifyPack(bytes, {
    keys: values.key.flatMap(keysOf),
    checkpoints: values.checkpoint.flatMap(checkpointsOf),
    specifications: values.specification.map(digestGiven),
    known: new Map(Object.entries(typeof CUSTOS_SPECIFICATIONS === 'undefined' ? {} : CUSTOS_SPECIFICATIONS)),
  });
  if (values.json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  else print(path, report);
  return EXIT[report.outcome];
}

function print(path: string, report: Awaited<ReturnType<typeof verifyPack>>): void {
  const list = (items: readonly string[]) => items.map((item) => `  - ${plain(item)}\n`).join('');
  process.stdout.write(
    [
      `${path}: ${plain(report.system)}, ${plain(report.standard)}, evaluated at ${plain(report.evaluatedAt)}\n`,
      `\nChecked, and it holds:\n${list(report.checked)}`,
      `\nNot checked:\n${list(report.notChecked)}`,
      report.problems.length > 0
        ? `\nProblems:\n${list(report.problems.map(({ code, member, message }) => `${member ?? 'the file'}: ${code}: ${message}`))}`
        : '',
      `\n${SENTENCE[report.outcome]}\n`,
    ].join(''),
  );
}

/** Text of a pack never steers the terminal. */
function plain(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (char) => `\\u{${char.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}

function keysOf(given: string): string[] {
  if (/^sha256:[0-9a-f]{64}$/.test(given) || /^[^\s+]+\+[0-9a-f]{8}\+\S+$/.test(given)) return [given];
  return readFileSync(given, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function digestGiven(text: string): string {
  if (isDigest(text)) return text;
  throw new CustosError(
    'SPECIFICATION_DIGEST',
    `"${text}" is no digest: --specification takes sha256: and 64 hexadecimal digits.`,
  );
}

/** The checkpoints of an earlier pack, or the one in a file. */
function checkpointsOf(path: string): string[] {
  const bytes = readFileSync(path);
  if (!looksLikeZip(bytes)) return [bytes.toString()];
  const ledgers: string[] = LedgerName.options.map(ledgerMember);
  return readZip(bytes).members.flatMap((member) => {
    if (!ledgers.includes(member.name)) return [];
    const last = member.read()?.toString().trimEnd().split('\n').at(-1) ?? '{}';
    const { checkpoint } = JSON.parse(last) as { checkpoint?: unknown };
    return typeof checkpoint === 'string' ? [checkpoint] : [];
  });
}
