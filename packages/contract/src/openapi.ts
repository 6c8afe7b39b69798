/** The OpenAPI 3.1 document, made from the operations: it can't say anything else than what the server does. */
import { z } from 'zod';
import { type Operation, problemsOf, viaOf } from './operation.ts';
import { PROBLEMS, Problem } from './problem.ts';
import { DigestSchema } from './shared.ts';

type Json = Record<string, unknown>;

/** Schema of what goes in (`input`) or comes out (`output`); JSON Schema 2020-12, as OpenAPI 3.1 takes it. */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
    override: ({ zodSchema, jsonSchema }) => {
      // A check of our own, which only we can say as a pattern.
      if (zodSchema === DigestSchema)
        Object.assign(jsonSchema, { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' });
    },
  });
  return rest;
}

/** Schemas within one document: what a schema refers to inside itself stands among the document's components. */
class Schemas {
  readonly components: Record<string, unknown> = {};

  /** @param name of what refers to itself, unique in the document */
  of(schema: z.ZodType, io: 'input' | 'output', name: string): Json {
    const { $defs, ...rest } = jsonSchemaOf(schema, io);
    const point = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(point);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).map(([key, member]) => [
          key,
          key === '$ref' && typeof member === 'string' ? this.#placeOf(member, name) : point(member),
        ]),
      );
    };
    for (const [key, definition] of Object.entries($defs ?? {}))
      this.components[`${name}.${key}`] = point(definition);
    const pointed = point(rest) as Json;
    if (JSON.stringify(rest).includes('"$ref":"#"')) this.components[name] = pointed;
    return pointed;
  }

  #placeOf(reference: string, name: string): string {
    if (reference === '#') return `#/components/schemas/${name}`;
    return reference.replace(/^#\/\$defs\//, `#/components/schemas/${name}.`);
  }
}

function parametersOf(op: Operation, schemas: Schemas): Json[] {
  const from = (object: z.ZodObject | undefined, place: 'path' | 'query'): Json[] =>
    Object.entries(object?.shape ?? {}).map(([name, schema]) => ({
      name,
      in: place,
      required: place === 'path' || !schema.safeParse(undefined).success,
      schema: schemas.of(schema, 'input', `${op.id}.${name}`),
    }));
  const headers: Json[] = [];
  if (op.versioned)
    headers.push({
      name: 'If-Match',
      in: 'header',
      required: true,
      description: 'ETag of what was read; a change by somebody else in between gives 412.',
      schema: { type: 'string' },
    });
  if (op.method !== 'GET')
    headers.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: 'The same key and request give the first answer again, for 24 hours.',
      schema: { type: 'string', minLength: 8, maxLength: 128 },
    });
  return [...from(op.params, 'path'), ...from(op.query, 'query'), ...headers];
}

function responsesOf(op: Operation, schemas: Schemas): Json {
  const status = op.response ? (op.status ?? 200) : 204;
  const responses: Json = {
    [status]: op.response
      ? {
          description: 'Success',
          content: {
            [op.mediaType ?? 'application/json']: {
              schema: schemas.of(op.response, 'output', `${op.id}.answer`),
            },
          },
        }
      : { description: 'Done' },
  };
  const byStatus = new Map<number, string[]>();
  for (const code of problemsOf(op))
    byStatus.set(PROBLEMS[code], [...(byStatus.get(PROBLEMS[code]) ?? []), code]);
  for (const [problem, codes] of byStatus)
    responses[problem] = {
      description: codes.join(', '),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  return responses;
}

function securityOf(op: Operation): Json[] {
  if (op.access === 'public') return [];
  return viaOf(op) === 'session' ? [{ session: [] }] : [{ session: [] }, { key: [] }];
}

/** @param version of Custos */
export function openApiDocument(operations: readonly Operation[], version: string): Json {
  const schemas = new Schemas();
  const paths: Record<string, Json> = {};
  for (const op of operations) {
    const path = paths[op.path] ?? {};
    paths[op.path] = path;
    path[op.method.toLowerCase()] = {
      operationId: op.id,
      tags: [op.tag],
      summary: op.summary,
      description: `Access: ${op.access}.${op.act ? ` Leaves \`${op.act}\` in the ledger.` : ''}`,
      parameters: parametersOf(op, schemas),
      ...(op.body
        ? {
            requestBody: {
              required: true,
              content: Object.fromEntries(
                [
                  'application/json',
                  ...(op.format === 'form' ? ['application/x-www-form-urlencoded'] : []),
                ].map((type) => [
                  type,
                  { schema: schemas.of(op.body as z.ZodType, 'input', `${op.id}.body`) },
                ]),
              ),
            },
          }
        : {}),
      responses: responsesOf(op, schemas),
      security: securityOf(op),
    };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Custos',
      version,
      summary: 'Conformity with ETSI EN 304 223, computed from recorded evidence.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: [...new Set(operations.map((op) => op.tag))].sort().map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...schemas.components, Problem: jsonSchemaOf(Problem, 'output') },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'custos.session_token' },
        key: { type: 'http', scheme: 'bearer', description: 'An API key made in the settings.' },
      },
    },
  };
}
