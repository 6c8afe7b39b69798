/** Packs of the three examples verify, by Custos and by a second implementation; packs that somebody had a hand in do not. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Assessment, Verdict } from '@custos/core';
import {
  canonicalize,
  createKey,
  digestOf,
  leafHash,
  loadOrCreateSigner,
  loadPublicKeys,
  rootOf,
  rotate,
  type Signer,
  sha256,
  signCheckpoint,
} from '@custos/trust';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PRODUCT } from '../observations/new-observation.ts';
import { renderInToto } from '../report/conformity-statement.ts';
import { type Manifest, MEMBER, type PackKeys } from './format.ts';
import {
  contentOf,
  EXAMPLES,
  edited,
  examplePack,
  type MadePack,
  type Members,
  membersOf,
  replaced,
  sealed,
  zipOf,
} from './testing/packs.ts';
import { type PackProblem, sampleOf, verifyPack } from './verify-pack.ts';

const PYTHON = fileURLToPath(new URL('../../../../tests/pack-verifier/verify.py', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;
const LEDGER = 'ledgers/system.jsonl';
const CHECKPOINT = 'ledgers/system.checkpoint';
const CSV = 'exports/assessment.csv';

const folder = mkdtempSync(join(tmpdir(), 'custos-packs-'));
const packs = new Map<string, MadePack>();
beforeAll(async () => {
  for (const name of EXAMPLES) packs.set(name, await examplePack(name));
});
afterAll(() => rmSync(folder, { recursive: true }));

function pack(name: (typeof EXAMPLES)[number] = 'open-weights-release'): MadePack & { members: Members } {
  const made = packs.get(name);
  if (!made) throw new Error(`no pack of ${name}`);
  return { ...made, members: membersOf(made.bytes) };
}

const PythonReport = z.object({
  outcome: z.enum(['verified', 'not_recomputed', 'refused']),
  ok: z.boolean(),
  checked: z.array(z.string()),
  notChecked: z.array(z.string()),
  problems: z.array(z.object({ code: z.string(), member: z.string().nullable(), message: z.string() })),
});

function python(
  bytes: Buffer,
  keys: readonly string[],
  checkpoints: readonly string[] = [],
  specifications: readonly string[] = [],
) {
  const path = join(folder, 'pack.zip');
  writeFileSync(path, bytes);
  const more = checkpoints.flatMap((note, i) => {
    writeFileSync(join(folder, `${i}.checkpoint`), note);
    return ['--checkpoint', join(folder, `${i}.checkpoint`)];
  });
  const option = (name: string, values: readonly string[]) => values.flatMap((value) => [name, value]);
  const words = [PYTHON, path, '--json', ...option('--key', keys), ...more];
  words.push(...option('--specification', specifications));
  const { status, stdout, stderr } = spawnSync('python3', words, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status === 2) throw new Error(stderr);
  const report = PythonReport.parse(JSON.parse(stdout));
  expect(status).toBe({ verified: 0, refused: 1, not_recomputed: 3 }[report.outcome]);
  expect(report.ok).toBe(report.outcome === 'verified');
  return report;
}

describe.each(EXAMPLES)('%s', (name) => {
  it('verifies with the key, and with its fingerprint alone', async () => {
    const { bytes, signer } = pack(name);
    for (const key of [signer.publicKey, signer.keyId]) {
      const report = await verifyPack(bytes, { keys: [key] });
      expect(report.problems).toEqual([]);
      expect(report.ok).toBe(true);
      expect(report.checked.join('\n')).toMatch(/All 133 duties were evaluated again/);
      expect(report.checked.join('\n')).toMatch(/All 72 provisions have a row/);
      expect(report.notChecked.join('\n')).toMatch(/other ledgers/);
    }
  });

  it.skipIf(!hasPython)('verifies by the second implementation', () => {
    const { bytes, signer } = pack(name);
    const report = python(bytes, [signer.keyId]);
    expect(report.problems).toEqual([]);
    expect(report.checked.join('\n')).toMatch(/72 provisions have a row/);
    expect(report.notChecked.join('\n')).toMatch(/evaluation of the duties/);
  });

  it('has all 72 rows and 133 duties, also without evidence', () => {
    const manifest = JSON.parse(contentOf(pack(name).members, MEMBER.manifest).toString()) as Manifest;
    expect(manifest.rows).toHaveLength(72);
    expect(manifest.rows.flatMap((row) => row.duties)).toHaveLength(133);
    expect(manifest.rows.flatMap((row) => row.duties).some((duty) => duty.observations === 0)).toBe(true);
  });

  it.skipIf(!hasPython)('opens by Python’s zipfile, dated the same each time', () => {
    const path = join(folder, 'plain.zip');
    writeFileSync(path, pack(name).bytes);
    const script =
      'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; assert {i.date_time for i in z.infolist()}=={(1980,1,1,0,0,0)}; print(len(z.namelist()))';
    expect(execFileSync('python3', ['-c', script, path], { encoding: 'utf8' }).trim()).toBe('17');
  });
});

it('the same members make the same bytes', async () => {
  const { bytes, members } = pack();
  expect(Buffer.compare(await zipOf(members), bytes)).toBe(0);
});

/** What is changed, by whom, and where both verifiers must see it. */
interface Tampering {
  what: string;
  /** A pack in bytes, from one that verifies. */
  make(made: { bytes: Buffer; members: Members; signer: Signer }): Promise<Buffer> | Buffer;
  code: PackProblem['code'];
  member?: string;
  /** The second implementation sees it by another check, or, where it does not run the checks, says so. */
  python?: PackProblem['code'] | 'not checked';
  /** The key that the auditor has, when it is not the one that signed. */
  key?: string;
  checkpoints?: (made: { members: Members }) => string[];
}

const without = (members: Members, name: string): Members => members.filter((member) => member[0] !== name);
const byteAt = (bytes: Buffer, at: number, change = 1): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ change;
  return copy;
};
const lines = (members: Members): string[] => contentOf(members, LEDGER).toString().trimEnd().split('\n');
const ledger = (members: Members, change: (all: string[]) => string[]): Members =>
  replaced(members, LEDGER, `${change(lines(members)).join('\n')}\n`);
const rows = (members: Members, change: (all: Manifest['rows']) => Manifest['rows']): Members =>
  edited<Manifest>(members, MEMBER.manifest, (manifest) => {
    manifest.rows = change(manifest.rows);
  });
const nextVerdict = (verdict: Verdict): Verdict => (verdict === 'pass' ? 'fail' : 'pass');
const other = createKey('custos.local/other').signer;

/** Every verdict of the first failing duty's row set to pass, in assessment and manifest alike. */
function embellished(members: Members): Members {
  let id = '';
  const first = edited<Assessment>(members, MEMBER.assessment, (assessment) => {
    for (const provision of assessment.provisions)
      for (const duty of provision.duties)
        if (id === '' && duty.verdict === 'fail') {
          id = duty.id;
          assessment.counts[duty.norm].fail--;
          assessment.counts[duty.norm].pass++;
          duty.verdict = 'pass';
          const rank = { fail: 3, inconclusive: 2, pass: 1, not_applicable: 0 };
          const [worst] = provision.duties
            .filter((item) => item.norm === duty.norm)
            .map((item) => item.verdict)
            .sort((a, b) => rank[b] - rank[a]);
          provision[duty.norm] = worst ?? null;
        }
  });
  const { provisions, counts } = JSON.parse(contentOf(first, MEMBER.assessment).toString()) as Assessment;
  return edited<Manifest>(first, MEMBER.manifest, (manifest) => {
    manifest.assessment = sha256(contentOf(first, MEMBER.assessment));
    manifest.counts.verdicts = counts;
    for (const [i, row] of manifest.rows.entries()) {
      row.shall = provisions[i]?.shall ?? null;
      row.should = provisions[i]?.should ?? null;
      for (const [j, duty] of row.duties.entries())
        duty.verdict = provisions[i]?.duties[j]?.verdict ?? duty.verdict;
    }
  });
}

/** A ledger without its entry 2, renumbered, with a root and checkpoint that the holder of the key signed anew. */
async function rewritten(members: Members, signer: Signer): Promise<Members> {
  const [header = '', ...rest] = lines(members);
  const entries = rest.slice(0, -1).flatMap((text, i) => {
    if (i === 2) return [];
    const value = JSON.parse(text) as { index: number; hash: string };
    return [canonicalize({ ...value, index: i > 2 ? i - 1 : i })];
  });
  const root = digestOf(
    rootOf(entries.map((text) => Buffer.from((JSON.parse(text) as { hash: string }).hash, 'base64'))),
  );
  const { origin } = JSON.parse(header) as { origin: string };
  const note = await signCheckpoint({ origin, size: entries.length, root }, signer);
  const last = canonicalize({ checkpoint: note, end: true, size: entries.length });
  const changed = ledger(members, () => [header, ...entries, last]);
  return edited<Manifest>(replaced(changed, CHECKPOINT, note), MEMBER.manifest, (manifest) => {
    const [info] = manifest.ledgers;
    if (!info) return;
    info.size = entries.length;
    info.evaluated = entries.length;
    info.observations -= 1;
    info.root = root;
    manifest.counts.entries = entries.length;
    manifest.counts.proofs -= 1;
  });
}

/** Somebody without the key. */
const OUTSIDER: Tampering[] = [
  ...[
    MEMBER.readme,
    MEMBER.keys,
    MEMBER.manifest,
    MEMBER.assessment,
    MEMBER.specification,
    MEMBER.proofs,
    LEDGER,
    CHECKPOINT,
    CSV,
    MEMBER.inToto,
  ].flatMap((member): Tampering[] => [
    {
      what: `${member} removed`,
      make: ({ members }) => zipOf(without(members, member)),
      code: 'MISSING',
      member,
    },
    {
      what: `${member} altered`,
      make: ({ members }) => zipOf(replaced(members, member, `${contentOf(members, member).toString()} `)),
      code: 'ALTERED',
      member,
    },
  ]),
  {
    what: 'a member added',
    make: ({ members }) =>
      zipOf([...members.slice(0, -1), ['exports/more.txt', Buffer.from('x')], ...members.slice(-1)]),
    code: 'ADDED',
    member: 'exports/more.txt',
  },
  {
    what: 'a member added behind the trailer',
    make: ({ members }) => zipOf([...members, ['more.txt', Buffer.from('x')]]),
    code: 'ADDED',
    member: 'more.txt',
  },
  {
    what: 'a member twice, the second one other',
    make: ({ members }) =>
      zipOf([...members.slice(0, -1), [CSV, Buffer.from('provision\r\n')], ...members.slice(-1)]),
    code: 'DUPLICATED',
    member: CSV,
  },
  {
    what: 'two members change places',
    make: ({ members: [first, second, ...rest] }) =>
      zipOf([second, first, ...rest].filter((item) => item !== undefined)),
    code: 'REORDERED',
    member: MEMBER.readme,
  },
  {
    what: 'the trailer removed',
    make: ({ members }) => zipOf(without(members, MEMBER.trailer)),
    code: 'MISSING',
    member: MEMBER.trailer,
  },
  {
    what: 'cut off in the middle',
    make: ({ bytes }) => bytes.subarray(0, bytes.length >> 1),
    code: 'TRUNCATED',
  },
  { what: 'cut off by one byte', make: ({ bytes }) => bytes.subarray(0, -1), code: 'TRUNCATED' },
  {
    what: 'bytes behind the end',
    make: ({ bytes }) => Buffer.concat([bytes, Buffer.from('PK')]),
    code: 'TRUNCATED',
  },
  {
    what: 'bytes behind the compressed content of the last member',
    make: ({ bytes }) => {
      const start = bytes.readUInt32LE(bytes.length - 6);
      const last = bytes.lastIndexOf(Buffer.from('PK\u0001\u0002'));
      const longer = Buffer.concat([
        bytes.subarray(0, start - 16),
        Buffer.from('hid'),
        bytes.subarray(start - 16),
      ]);
      longer.writeUInt32LE(start + 3, longer.length - 6);
      for (const at of [start + 3 - 8, last + 3 + 20]) longer.writeUInt32LE(longer.readUInt32LE(at) + 3, at);
      return longer;
    },
    code: 'ALTERED',
    member: MEMBER.trailer,
  },
  {
    what: 'bytes between the members and the directory',
    make: ({ bytes }) => {
      const start = bytes.readUInt32LE(bytes.length - 6);
      const moved = Buffer.concat([bytes.subarray(0, start), Buffer.alloc(10), bytes.subarray(start)]);
      moved.writeUInt32LE(start + 10, moved.length - 6);
      return moved;
    },
    code: 'CONTAINER',
  },
  {
    what: 'another name in the header of a member',
    make: ({ bytes }) => byteAt(bytes, 30),
    code: 'CONTAINER',
    member: MEMBER.readme,
  },
  {
    what: 'a byte of compressed content',
    make: ({ bytes }) => byteAt(bytes, 200),
    code: 'ALTERED',
    member: MEMBER.readme,
  },
  {
    what: 'a signature that was altered',
    make: ({ members }) =>
      zipOf(
        edited<{ signatures: { sig: string }[] }>(members, MEMBER.trailer, ({ signatures }) => {
          const [first] = signatures;
          if (first) first.sig = byteAt(Buffer.from(first.sig, 'base64'), 3).toString('base64');
        }),
      ),
    code: 'SIGNATURE',
    member: MEMBER.trailer,
  },
  {
    what: 'signed anew with another key, which the pack names',
    make: ({ members }) =>
      sealed(
        edited<PackKeys>(members, MEMBER.keys, (keys) => {
          keys.keys.push({ publicKey: other.publicKey });
          keys.signer = other.publicKey;
        }),
        other,
      ),
    code: 'SIGNATURE',
    member: MEMBER.trailer,
  },
  {
    what: 'given with the fingerprint of another key',
    make: ({ bytes }) => bytes,
    code: 'SIGNATURE',
    member: MEMBER.trailer,
    key: other.keyId,
  },
  {
    what: 'the trailer says less members',
    make: ({ members }) =>
      zipOf(
        edited<{ payload: string }>(members, MEMBER.trailer, (envelope) => {
          const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString()) as {
            subject: unknown[];
          };
          statement.subject.pop();
          envelope.payload = Buffer.from(canonicalize(statement)).toString('base64');
        }),
      ),
    code: 'SIGNATURE',
    member: MEMBER.trailer,
  },
];

/** Somebody who holds the key and seals the pack again. */
const INSIDER: Tampering[] = [
  ...[MEMBER.readme, MEMBER.proofs, CHECKPOINT, CSV, 'exports/assessment.html', MEMBER.inToto].map(
    (member): Tampering => ({
      what: `${member} left out`,
      make: ({ members, signer }) => sealed(without(members, member), signer),
      code: 'MISSING',
      member,
    }),
  ),
  {
    what: 'a member that no pack has',
    make: ({ members, signer }) =>
      sealed([['exports/assessment.pdf', Buffer.from('All is well.')], ...members], signer),
    code: 'ADDED',
    member: 'exports/assessment.pdf',
  },
  {
    what: 'members in another order',
    make: ({ members: [first, second, ...rest], signer }) =>
      sealed(
        [second, first, ...rest].filter((item) => item !== undefined),
        signer,
      ),
    code: 'REORDERED',
    member: MEMBER.readme,
  },
  {
    what: 'a trailer of another time',
    make: ({ members, signer }) => sealed(members, signer, undefined, '2026-11-24T00:00:00.000Z'),
    code: 'TRAILER',
    member: MEMBER.trailer,
  },
  {
    what: 'the ledger of the system called that of the organisation',
    make: ({ members, signer }) => {
      const renamed = members.map(([name, content]): Members[number] => [
        name.replace('ledgers/system', 'ledgers/organisation'),
        name === MEMBER.proofs
          ? Buffer.from(content.toString().replaceAll('"ledger":"system"', '"ledger":"organisation"'))
          : content,
      ]);
      const called = (ledgers: { name: string }[]) => {
        for (const info of ledgers) info.name = 'organisation';
      };
      return sealed(
        edited<Manifest>(renamed, MEMBER.manifest, ({ ledgers }) => called(ledgers)),
        signer,
        ({ ledgers }) => called(ledgers),
      );
    },
    code: 'MISSING',
    member: LEDGER,
  },
  {
    what: 'the newest observations left out, which were there a day before the evaluation',
    make: async ({ signer }) =>
      (
        await examplePack('open-weights-release', signer, undefined, (input) => ({
          ...input,
          ledgers: input.ledgers.map((one) => ({ ...one, evaluated: one.evaluated - 5 })),
          ledger: { size: input.ledger.size - 5, root: null },
          evaluatedAt: '2026-11-26T12:00:00.000Z',
        }))
      ).bytes,
    code: 'COUNTS',
    member: LEDGER,
  },
  {
    what: 'evidence of the last days left out',
    make: async ({ signer }) =>
      (
        await examplePack('open-weights-release', signer, undefined, (input) => ({
          ...input,
          observedUntil: '2026-11-20T12:00:00.000Z',
        }))
      ).bytes,
    code: 'COUNTS',
    member: MEMBER.manifest,
  },
  {
    what: 'the root of another ledger',
    make: async ({ signer }) =>
      (
        await examplePack('open-weights-release', signer, undefined, (input) => ({
          ...input,
          ledgers: input.ledgers.map((one) => ({ ...one, evaluated: one.evaluated - 1 })),
          ledger: { size: input.ledger.size - 1, root: sha256('another') },
        }))
      ).bytes,
    code: 'CHECKPOINT',
    member: MEMBER.assessment,
  },
  {
    what: 'a row removed',
    make: ({ members, signer }) =>
      sealed(
        rows(members, (all) => all.slice(1)),
        signer,
      ),
    code: 'ROWS',
    member: MEMBER.manifest,
  },
  {
    what: 'a row twice',
    make: ({ members, signer }) =>
      sealed(
        rows(members, (all) => [...all, ...all.slice(0, 1)]),
        signer,
      ),
    code: 'ROWS',
    member: MEMBER.manifest,
  },
  {
    what: 'a row of a provision that does not exist',
    make: ({ members, signer }) =>
      sealed(
        rows(members, ([first, ...rest]) => (first ? [{ ...first, id: '5.9.9-9' }, ...rest] : rest)),
        signer,
      ),
    code: 'ROWS',
    member: MEMBER.manifest,
  },
  {
    what: 'a verdict in the manifest only',
    make: ({ members, signer }) =>
      sealed(
        rows(members, (all) => {
          const duty = all[0]?.duties[0];
          if (duty) duty.verdict = nextVerdict(duty.verdict);
          return all;
        }),
        signer,
      ),
    code: 'ROWS',
    member: MEMBER.manifest,
  },
  {
    what: 'a verdict everywhere but in the exports',
    make: ({ members, signer }) =>
      sealed(embellished(members), signer, (content) => {
        content.counts.verdicts = (
          JSON.parse(contentOf(embellished(members), MEMBER.manifest).toString()) as Manifest
        ).counts.verdicts;
      }),
    code: 'REPLAY',
    member: MEMBER.assessment,
    python: 'EXPORT',
  },
  {
    what: 'reasons of a duty',
    make: ({ members, signer }) => {
      const changed = edited<Assessment>(members, MEMBER.assessment, ({ provisions }) => {
        const duty = provisions[0]?.duties[0];
        if (duty) duty.reasons = [{ code: 'FINE', message: 'All is fine.' }];
      });
      return sealed(
        edited<Manifest>(changed, MEMBER.manifest, (manifest) => {
          manifest.assessment = sha256(contentOf(changed, MEMBER.assessment));
        }),
        signer,
      );
    },
    code: 'REPLAY',
    member: MEMBER.assessment,
    python: 'EXPORT',
  },
  {
    what: 'findings left out of the assessment',
    make: ({ members, signer }) => {
      const changed = edited<Assessment>(members, MEMBER.assessment, (assessment) => {
        assessment.findings = [];
      });
      return sealed(
        edited<Manifest>(changed, MEMBER.manifest, (manifest) => {
          manifest.assessment = sha256(contentOf(changed, MEMBER.assessment));
        }),
        signer,
      );
    },
    code: 'REPLAY',
    member: MEMBER.assessment,
    python: 'COUNTS',
  },
  {
    what: 'a count in the manifest',
    make: ({ members, signer }) =>
      sealed(
        edited<Manifest>(members, MEMBER.manifest, (manifest) => {
          manifest.counts.observations.verified++;
        }),
        signer,
      ),
    code: 'COUNTS',
    member: MEMBER.manifest,
  },
  {
    what: 'a count in the trailer',
    make: ({ members, signer }) =>
      sealed(members, signer, (content) => {
        content.counts.findings += 1;
      }),
    code: 'COUNTS',
    member: MEMBER.trailer,
  },
  {
    what: 'the number of members',
    make: ({ members, signer }) =>
      sealed(members, signer, (content) => {
        content.members += 1;
      }),
    code: 'COUNTS',
    member: MEMBER.trailer,
  },
  {
    what: 'a size of a member',
    make: ({ members, signer }) =>
      sealed(members, signer, (content) => {
        content.sizes[CSV] = 1;
      }),
    code: 'COUNTS',
    member: CSV,
  },
  {
    what: 'an entry of the ledger removed',
    make: ({ members, signer }) =>
      sealed(
        ledger(members, (all) => all.filter((_, i) => i !== 3)),
        signer,
      ),
    code: 'LEDGER',
    member: LEDGER,
  },
  {
    what: 'two entries change places',
    make: ({ members, signer }) =>
      sealed(
        ledger(members, (all) => all.map((line, i) => all[i === 2 ? 3 : i === 3 ? 2 : i] ?? line)),
        signer,
      ),
    code: 'LEDGER',
    member: LEDGER,
  },
  {
    what: 'an entry twice',
    make: ({ members, signer }) =>
      sealed(
        ledger(members, (all) => [...all.slice(0, 3), ...all.slice(2)]),
        signer,
      ),
    code: 'LEDGER',
    member: LEDGER,
  },
  {
    what: 'the end of the ledger cut off',
    make: ({ members, signer }) =>
      sealed(
        ledger(members, (all) => all.slice(0, -3)),
        signer,
      ),
    code: 'LEDGER',
    member: LEDGER,
  },
  {
    what: 'the statement of an observation',
    make: ({ members, signer }) =>
      sealed(
        ledger(members, (all) =>
          all.map((line, i) => {
            if (i !== 2) return line;
            const value = JSON.parse(line) as { envelope: { payload: string } };
            const statement = JSON.parse(Buffer.from(value.envelope.payload, 'base64').toString()) as {
              predicate: { observedAt: string };
            };
            statement.predicate.observedAt = '2026-11-24T00:00:00Z';
            value.envelope.payload = Buffer.from(canonicalize(statement)).toString('base64');
            return canonicalize(value);
          }),
        ),
        signer,
      ),
    code: 'LEDGER',
    member: LEDGER,
  },
  {
    what: 'the signature of an observation',
    make: ({ members, signer }) =>
      sealed(
        ledger(members, (all) =>
          all.map((line, i) => {
            if (i !== 2) return line;
            const value = JSON.parse(line) as { envelope: { signatures: { sig: string }[] } };
            const [first] = value.envelope.signatures;
            if (first) first.sig = byteAt(Buffer.from(first.sig, 'base64'), 40).toString('base64');
            return canonicalize(value);
          }),
        ),
        signer,
      ),
    code: 'COUNTS',
    member: MEMBER.manifest,
  },
  {
    what: 'the time of an entry, with its hash',
    make: ({ members, signer }) =>
      sealed(
        ledger(members, (all) =>
          all.map((line, i) => {
            if (i !== 2) return line;
            const value = JSON.parse(line) as { leaf: { at: string }; hash: string };
            value.leaf.at = '2026-01-01T00:00:00Z';
            value.hash = Buffer.from(leafHash(canonicalize(value.leaf))).toString('base64');
            return canonicalize(value);
          }),
        ),
        signer,
      ),
    code: 'LEDGER',
    member: LEDGER,
  },
  {
    what: 'the checkpoint by itself',
    make: ({ members, signer }) => sealed(replaced(members, CHECKPOINT, 'nothing\n'), signer),
    code: 'CHECKPOINT',
    member: CHECKPOINT,
  },
  {
    what: 'the ledger written anew without one entry, against a kept checkpoint',
    make: async ({ members, signer }) => sealed(await rewritten(members, signer), signer),
    code: 'LEDGER',
    member: LEDGER,
    checkpoints: ({ members }) => [contentOf(members, CHECKPOINT).toString()],
  },
  {
    what: 'a proof removed',
    make: ({ members, signer }) =>
      sealed(
        replaced(
          members,
          MEMBER.proofs,
          contentOf(members, MEMBER.proofs).toString().split('\n').slice(1).join('\n'),
        ),
        signer,
      ),
    code: 'PROOF',
    member: MEMBER.proofs,
  },
  {
    what: 'a path of a proof',
    make: ({ members, signer }) =>
      sealed(
        replaced(
          members,
          MEMBER.proofs,
          contentOf(members, MEMBER.proofs)
            .toString()
            .replace(/"path":\["(.)/, (_, first: string) => `"path":["${first === 'A' ? 'B' : 'A'}`),
        ),
        signer,
      ),
    code: 'PROOF',
    member: MEMBER.proofs,
  },
  {
    what: 'the specification',
    make: ({ members, signer }) =>
      sealed(
        edited<{ version: string }>(members, MEMBER.specification, (value) => {
          value.version = 'V9';
        }),
        signer,
      ),
    code: 'SPECIFICATION',
    member: MEMBER.specification,
  },
  {
    what: 'a verdict in the CSV',
    make: ({ members, signer }) =>
      sealed(
        replaced(
          members,
          CSV,
          contentOf(members, CSV)
            .toString()
            .replace(/,fail,no,/, ',pass,no,'),
        ),
        signer,
      ),
    code: 'EXPORT',
    member: CSV,
  },
  ...(
    [
      'exports/assessment.cdx.json',
      'exports/assessment.oscal.json',
      'exports/assessment.sarif',
      'exports/assessment.ics.json',
    ] as const
  ).map(
    (member): Tampering => ({
      what: `verdicts in ${member}`,
      make: ({ members, signer }) =>
        sealed(
          replaced(members, member, contentOf(members, member).toString().replaceAll('"fail"', '"pass"')),
          signer,
        ),
      code: 'EXPORT',
      member,
    }),
  ),
  {
    what: 'the in-toto statement left unsigned',
    make: ({ members, signer }) =>
      sealed(
        edited<{ signatures: unknown[] }>(members, MEMBER.inToto, (envelope) => {
          envelope.signatures = [];
        }),
        signer,
      ),
    code: 'SIGNATURE',
    member: MEMBER.inToto,
  },
  {
    what: 'the manifest made unreadable',
    make: ({ members, signer }) => sealed(replaced(members, MEMBER.manifest, '{'), signer),
    code: 'MALFORMED',
    member: MEMBER.manifest,
  },
];

describe('tampering', () => {
  it('is tried in more than thirty ways', () => {
    expect(OUTSIDER.length + INSIDER.length).toBeGreaterThan(30);
  });

  describe.each([
    ['without the key', OUTSIDER],
    ['with the key', INSIDER],
  ] as const)('%s', (_, all) => {
    it.each(all.map((tampering) => [tampering.what, tampering] as const))('%s', async (_what, tampering) => {
      const made = pack();
      const bytes = await tampering.make(made);
      const keys = [tampering.key ?? made.signer.keyId];
      const checkpoints = tampering.checkpoints?.(made) ?? [];
      const located = { code: tampering.code, ...(tampering.member ? { member: tampering.member } : {}) };
      const report = await verifyPack(bytes, { keys, checkpoints });
      expect(report.ok).toBe(false);
      expect(report.problems).toContainEqual(expect.objectContaining(located));
      if (!hasPython) return;
      const second = python(bytes, keys, checkpoints);
      expect(second.ok).toBe(false);
      if (tampering.python === undefined)
        expect(second.problems).toContainEqual(expect.objectContaining(located));
      else expect(second.problems.map(({ code }) => code)).toContain(tampering.python);
    });
  });

  it('any byte changed, anywhere, is seen', async () => {
    const { bytes, signer } = pack();
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = byteAt(bytes, at, change);
        const ok = await verifyPack(changed, { keys: [signer.keyId] }).then(
          (report) => report.ok,
          () => false,
        );
        // The last bits of a compressed stream may be anything: what is read is the same.
        if (ok) expect(membersOf(changed)).toEqual(membersOf(bytes));
      }),
      { numRuns: 25 },
    );
  });

  it('members in any selection and order but the right one are seen', async () => {
    const { members, signer } = pack();
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(members), async (some) => {
        fc.pre(some.length !== members.length || some.some((item, i) => item !== members[i]));
        const bytes = await zipOf(some as Members);
        const report = await verifyPack(bytes, { keys: [signer.keyId] });
        expect(report.ok).toBe(false);
      }),
      { numRuns: 10 },
    );
  });
});

describe('keys', () => {
  it('a key from before a rotation opens the pack, as the hand-over leads from it', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'custos-rotated-'));
    try {
      const name = 'custos.local';
      const before = await loadOrCreateSigner(join(dir, 'keys'), { name });
      const { signer } = await rotate(join(dir, 'keys'));
      expect(signer.keyId).not.toBe(before.keyId);
      const { bytes } = await examplePack('open-weights-release', signer, loadPublicKeys(join(dir, 'keys')));
      for (const key of [before.keyId, before.publicKey, signer.keyId]) {
        expect((await verifyPack(bytes, { keys: [key] })).problems).toEqual([]);
        if (hasPython) expect(python(bytes, [key]).problems).toEqual([]);
      }
      const members = edited<PackKeys>(membersOf(bytes), MEMBER.keys, (keys) => {
        keys.handovers = [];
      });
      const cut = await sealed(members, signer);
      for (const report of [
        await verifyPack(cut, { keys: [before.keyId] }),
        ...(hasPython ? [python(cut, [before.keyId])] : []),
      ])
        expect(report.problems).toContainEqual(
          expect.objectContaining({ code: 'SIGNATURE', member: MEMBER.trailer }),
        );
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

describe('a key that was rotated out', () => {
  it('signs no pack of later', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'custos-rotated-'));
    try {
      const before = await loadOrCreateSigner(join(dir, 'keys'), { name: 'custos.local' });
      await rotate(join(dir, 'keys'));
      const keys = loadPublicKeys(join(dir, 'keys'));
      const { bytes } = await examplePack('open-weights-release', before, keys, (input) => ({
        ...input,
        evaluatedAt: new Date(Date.now() + 86_400_000).toISOString(),
      }));
      for (const report of [
        await verifyPack(bytes, { keys: [before.publicKey] }),
        ...(hasPython ? [python(bytes, [before.publicKey])] : []),
      ])
        expect(report.problems).toContainEqual(
          expect.objectContaining({ code: 'SIGNATURE', member: MEMBER.trailer }),
        );
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

describe('a specification that the verifier does not know', () => {
  const WEAKENED = { 'test.max_age_days': 36500 };

  /** A pack that was assessed, packed and signed under other limits than the catalogue's, whatever its name. */
  const weakened = (standard?: string) =>
    examplePack('open-weights-release', undefined, undefined, undefined, (specification) => ({
      ...specification,
      standard: standard ?? specification.standard,
      settings: specification.settings.map((setting) => {
        const value = Object.entries(WEAKENED).find(([id]) => id === setting.id)?.[1];
        return value === undefined ? setting : { ...setting, default: value };
      }),
    }));
  const digestIn = (bytes: Buffer) => sha256(contentOf(membersOf(bytes), MEMBER.specification));
  const known = () => new Map([[digestIn(pack().bytes), 'ETSI EN 304 223 V2.1.1']]);

  it.each([
    ['the same', undefined],
    ['a longer', 'ETSI EN 304 223 X'],
    ['another', 'Our own framework'],
  ])('never verifies, under %s name, and says why first', async (_, standard) => {
    const { bytes, signer } = await weakened(standard);
    expect(digestIn(bytes)).not.toBe(digestIn(pack().bytes));
    const report = await verifyPack(bytes, { keys: [signer.keyId], known: known() });
    expect(report).toMatchObject({ outcome: 'not_recomputed', ok: false, problems: [] });
    expect(report.notChecked[0]).toMatch(/^WHETHER THE DUTIES AND LIMITS ARE THOSE THAT YOU EXPECT/);
    expect(report.notChecked[0]).toContain(digestIn(bytes));
    if (!hasPython) return;
    const second = python(bytes, [signer.keyId], [], [...known().keys()]);
    expect(second).toMatchObject({ outcome: 'not_recomputed', problems: [] });
    expect(second.notChecked[0]).toContain(digestIn(bytes));
  });

  it('verifies where its digest is given', async () => {
    const { bytes, signer } = await weakened('Our own framework');
    const specifications = [digestIn(bytes)];
    const report = await verifyPack(bytes, { keys: [signer.keyId], known: known(), specifications });
    expect(report).toMatchObject({ outcome: 'verified', problems: [] });
    expect(report.checked.join('\n')).toContain('whose digest you gave');
    if (hasPython) expect(python(bytes, [signer.keyId], [], specifications).outcome).toBe('verified');
  });

  it('is told of where none is known', async () => {
    const { bytes, signer } = pack();
    const report = await verifyPack(bytes, { keys: [signer.keyId] });
    expect(report.outcome).toBe('verified');
    expect(report.notChecked.join('\n')).toMatch(/Whether the specification .* is the one that you expect/);
  });

  it('keeps a known one verified', async () => {
    const { bytes, signer } = pack();
    expect(await verifyPack(bytes, { keys: [signer.keyId], known: known() })).toMatchObject({
      outcome: 'verified',
    });
    if (hasPython) expect(python(bytes, [signer.keyId], [], [...known().keys()]).outcome).toBe('verified');
  });
});

describe('a pack of another version', () => {
  const ofVersion = (members: Members, version: string) =>
    edited<Manifest>(members, MEMBER.manifest, ({ producer }) => {
      producer.version = version;
    });

  /** Verdicts that the evidence does not give, told alike everywhere but in what a verifier draws itself. */
  async function embellishedBy({ members, signer }: { members: Members; signer: Signer }, version: string) {
    const changed = ofVersion(embellished(members), version);
    const assessment = JSON.parse(contentOf(changed, MEMBER.assessment).toString()) as Assessment;
    const { counts } = JSON.parse(contentOf(changed, MEMBER.manifest).toString()) as Manifest;
    const told = replaced(changed, MEMBER.inToto, await renderInToto(assessment, signer));
    return sealed(told, signer, (content) => {
      content.counts = counts;
    });
  }

  it('is verified where the evidence gives the same', async () => {
    const { members, signer } = pack();
    const report = await verifyPack(await sealed(ofVersion(members, '0.0.9'), signer), {
      keys: [signer.keyId],
    });
    expect(report).toMatchObject({ outcome: 'verified', ok: true, problems: [] });
  });

  it('whose verdicts can not be computed again is told so, and never verified', async () => {
    const bytes = await embellishedBy(pack('support-chatbot'), '0.0.9');
    const report = await verifyPack(bytes, { keys: [pack('support-chatbot').signer.keyId] });
    expect(report).toMatchObject({ outcome: 'not_recomputed', ok: false, problems: [] });
    expect(report.notChecked[0]).toMatch(/^WHETHER THE EVIDENCE GIVES THE VERDICTS.*0\.0\.9/);
    expect(report.checked.join('\n')).not.toMatch(/evaluated again|byte for byte/);
  });

  it('of this version is refused', async () => {
    const { version } = PRODUCT;
    const report = await verifyPack(await embellishedBy(pack('support-chatbot'), version), {
      keys: [pack('support-chatbot').signer.keyId],
    });
    expect(report.outcome).toBe('refused');
  });

  it('under a specification that the verifier does not come with is told so, too', async () => {
    const { version } = PRODUCT;
    const report = await verifyPack(await embellishedBy(pack('support-chatbot'), version), {
      keys: [pack('support-chatbot').signer.keyId],
      known: new Map([[sha256('of today'), 'ETSI EN 304 223']]),
    });
    expect(report.outcome).toBe('not_recomputed');
  });

  it.each([
    ['system', ({ system }: Manifest) => Object.assign(system, { id: 'another' })],
    ['time', (manifest: Manifest) => Object.assign(manifest, { evaluatedAt: '2026-11-25T12:00:01.000Z' })],
    ['standard', ({ standard }: Manifest) => Object.assign(standard, { version: 'V9.9.9' })],
  ])('does not name another %s than its assessment', async (_, change) => {
    const { members, signer } = pack();
    const named = edited<Manifest>(ofVersion(members, '0.0.9'), MEMBER.manifest, change);
    const { evaluatedAt } = JSON.parse(contentOf(named, MEMBER.manifest).toString()) as Manifest;
    const bytes = await sealed(named, signer, undefined, evaluatedAt);
    for (const report of [
      await verifyPack(bytes, { keys: [signer.keyId] }),
      ...(hasPython ? [python(bytes, [signer.keyId])] : []),
    ]) {
      expect(report.outcome).toBe('refused');
      expect(report.problems).toContainEqual(
        expect.objectContaining({ code: 'COUNTS', member: MEMBER.manifest }),
      );
    }
  });

  it('by a framework of its own has no older version to be of', async () => {
    const { version } = PRODUCT;
    const report = await verifyPack(await embellishedBy(pack('support-chatbot'), version), {
      keys: [pack('support-chatbot').signer.keyId],
      known: new Map([[sha256('of today'), 'Another standard V1']]),
    });
    expect(report.outcome).toBe('refused');
  });

  it('is never verified after somebody had a hand in it', async () => {
    const made = pack();
    // Sealing anew mends these.
    const mended = new Set(['the number of members', 'a size of a member']);
    for (const { what, make } of INSIDER) {
      if (mended.has(what)) continue;
      const tampered = membersOf(await make(made));
      if (contentOf(tampered, MEMBER.manifest).toString() === '{') continue;
      const bytes = await sealed(ofVersion(tampered, '0.0.9'), made.signer);
      const { outcome } = await verifyPack(bytes, {
        keys: [made.signer.keyId],
        checkpoints: what.includes('kept checkpoint') ? [contentOf(made.members, CHECKPOINT).toString()] : [],
      });
      expect(outcome, what).not.toBe('verified');
    }
  });
});

describe('what it is asked with', () => {
  it('refuses what is no pack, and a pack without a key', async () => {
    await expect(verifyPack(Buffer.from('hello'), { keys: [other.keyId] })).rejects.toMatchObject({
      code: 'PACK_INVALID',
    });
    await expect(verifyPack(pack().bytes, { keys: [] })).rejects.toMatchObject({ code: 'KEY_MISSING' });
  });

  it('goes on from the checkpoint of an earlier pack', async () => {
    const { bytes, signer, members } = pack();
    const checkpoints = [contentOf(members, CHECKPOINT).toString()];
    const report = await verifyPack(bytes, { keys: [signer.keyId], checkpoints });
    expect(report.ok).toBe(true);
    expect(report.notChecked.join()).not.toContain('--checkpoint');
  });

  it('gives one observation with its proof', () => {
    const { bytes, members } = pack();
    const id = /sha256:[0-9a-f]{64}/.exec(contentOf(members, MEMBER.proofs).toString())?.[0] ?? '';
    const sample = sampleOf(bytes, id);
    expect(sha256(canonicalize(sample.observation))).toBe(id);
    expect(sample.proof).toMatchObject({ id });
    expect(() => sampleOf(bytes, 'sha256:0')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});
