/** The file `custos.yaml`: what is declared of a system, with every mistake shown at its line and column. */
import { CustosError, nearest, PersonId, Prose, Role, SystemDeclaration, Time } from '@custos/core';
import { isCollection, isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';

export const DECLARATION_FILE = 'custos.yaml';

/** A person's judgement of one duty, carried in the file. */
const Attestation = z.strictObject({
  duty: z.string(),
  statement: Prose,
  by: PersonId,
  role: Role,
  at: Time,
  until: Time.optional(),
});

/** Whose signatures of models count. Paths are relative to custos.yaml and lie inside its folder. */
export const TrustedSigner = z
  .strictObject({
    /** File or folder for which the signer is trusted. */
    path: z.string().min(1).default('.'),
    /** Public key in PEM. */
    key: z.string().min(1).optional(),
    /** Trusted certificates in PEM. */
    certificates: z.string().min(1).optional(),
    /** Sigstore's trusted_root.json; `identity` and `issuer` say who must have signed. */
    trusted_root: z.string().min(1).optional(),
    identity: z.string().min(1).optional(),
    issuer: z.string().min(1).optional(),
  })
  .refine(
    ({ key, certificates, trusted_root }) =>
      [key, certificates, trusted_root].filter((one) => one !== undefined).length === 1,
    { error: 'needs exactly one of key, certificates and trusted_root' },
  );
export type TrustedSigner = z.infer<typeof TrustedSigner>;

export const CustosYaml = SystemDeclaration.extend({
  /** Statements of adequacy. They are recorded as observations, signed with the local key. */
  attestations: z.array(Attestation).default([]),
  /** Evidence documents (JSON or YAML), relative to this file; the form of `custos observe`. */
  evidence: z.array(z.string()).default([]),
  /** Signers of models; `assess` verifies signatures that lie beside them. */
  signers: z.array(TrustedSigner).default([]),
});
export type CustosYaml = z.infer<typeof CustosYaml>;

export interface Declaration {
  system: SystemDeclaration;
  attestations: CustosYaml['attestations'];
  evidence: string[];
  signers: TrustedSigner[];
}

/** Aliases that one document may expand; stops "billion laughs". */
const MAX_ALIASES = 100;

/**
 * Parses the text of a `custos.yaml`.
 * @param path as it should be named in messages
 * @throws CustosError DECLARATION_INVALID listing each mistake as `path:line:column field: what is wrong. What to do`
 */
export function parseCustosYaml(text: string, path: string): Declaration {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true });
  const syntax = document.errors[0];
  if (syntax) {
    const { line, col } = lines.linePos(syntax.pos[0]);
    throw new CustosError(
      'DECLARATION_INVALID',
      `${path}:${line}:${col} ${syntax.message.split('\n')[0] ?? 'is no YAML'}`,
    );
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (cause) {
    throw new CustosError(
      'DECLARATION_INVALID',
      `${path}:1:1 uses more than ${MAX_ALIASES} aliases; write the values out.`,
      { cause },
    );
  }
  const parsed = CustosYaml.safeParse(value);
  if (!parsed.success) {
    const mistakes = parsed.error.issues
      .flatMap((issue) => describe(issue, value))
      .map(({ at, message }) => `${path}:${position(document.contents, at, lines)} ${message}`);
    throw new CustosError('DECLARATION_INVALID', mistakes.join('\n'));
  }
  const { attestations, evidence, signers, ...system } = parsed.data;
  return { system, attestations, evidence, signers };
}

type Path = (string | number)[];

function describe(issue: z.core.$ZodIssue, value: unknown): { at: Path; message: string }[] {
  const at: Path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(at);
    return issue.keys.map((key) => {
      const guess = nearest(key, known);
      return {
        at: [...at, key],
        message: `${[...at, key].join('.')}: unknown key.${guess ? ` Did you mean \`${guess}\`?` : ` Known keys: ${known.join(', ')}.`}`,
      };
    });
  }
  if (issue.code === 'invalid_value') {
    const options = issue.values.map(String);
    const guess = nearest(String(valueAt(value, at)), options);
    return [
      {
        at,
        message: `${at.join('.')}: must be one of ${options.join(', ')}.${guess ? ` Did you mean \`${guess}\`?` : ''}`,
      },
    ];
  }
  if (issue.code === 'invalid_key') {
    const options = keysAt(at.slice(0, -1));
    const guess = nearest(String(at.at(-1)), options);
    return [{ at, message: `${at.join('.')}: unknown key.${guess ? ` Did you mean \`${guess}\`?` : ''}` }];
  }
  return [{ at, message: `${at.join('.') || 'the document'}: ${issue.message}.` }];
}

function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const key of path)
    here = typeof here === 'object' && here !== null ? Reflect.get(here, key) : undefined;
  return here;
}

/** Keys that the schema knows at a path; empty below records and scalars. */
function keysAt(path: Path): string[] {
  let schema: unknown = CustosYaml;
  for (const part of path) {
    schema = unwrap(schema);
    if (schema instanceof z.ZodObject) schema = schema.shape[String(part)];
    else if (schema instanceof z.ZodArray) schema = schema.element;
    else return [];
  }
  schema = unwrap(schema);
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum)
    return schema.keyType.options.map(String);
  return [];
}

function unwrap(schema: unknown): unknown {
  let inner = schema;
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodOptional) inner = inner.unwrap();
  return inner;
}

/** `line:column` of the deepest node on a path that exists. */
function position(root: unknown, path: Path, lines: LineCounter): string {
  let node = root;
  let offset = startOf(node);
  for (const part of path) {
    if (!isCollection(node)) break;
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part))
      : undefined;
    if (pair && isPair(pair)) {
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else {
      const next = node.get(part, true);
      if (next === undefined) break;
      node = next;
      offset = startOf(node) ?? offset;
    }
  }
  const { line, col } = lines.linePos(offset ?? 0);
  return `${line}:${col}`;
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
    return undefined;
  const start: unknown = node.range[0];
  return typeof start === 'number' ? start : undefined;
}

/** JSON Schema (draft 2020-12) of `custos.yaml`, for editors. */
export function custosYamlJsonSchema(): object {
  return { ...z.toJSONSchema(CustosYaml, { io: 'input', unrepresentable: 'any' }), title: 'custos.yaml' };
}
