/** The assessment in other formats, and the evidence pack with its verifier. */
import { z } from 'zod';
import { operation } from '../operation.ts';
import { SystemParams } from '../shared.ts';

const SYSTEM = '/api/v1/organisations/{organisation}/systems/{system}';

/** As `EXPORT_FORMATS` of the engine has them. */
export const ExportFormat = z.enum([
  'json',
  'sarif',
  'cyclonedx',
  'oscal',
  'in-toto',
  'csv',
  'xlsx',
  'ics',
  'html',
  'md',
  'pdf',
]);
export type ExportFormat = z.infer<typeof ExportFormat>;

export const exportAssessment = operation({
  id: 'systems.export',
  method: 'GET',
  path: `${SYSTEM}/export`,
  tag: 'Systems',
  summary: 'The assessment as of now as a file: in formats for tools, spreadsheets and people',
  access: 'evidence.read',
  params: SystemParams,
  query: z.object({ format: ExportFormat.default('json') }),
  /** By the format. */
  mediaType: '*/*',
  stream: true,
  response: z.string(),
  limits: { perMinute: 60 },
});

export const downloadPack = operation({
  id: 'pack.download',
  method: 'GET',
  path: `${SYSTEM}/pack`,
  tag: 'Evidence pack',
  summary:
    'The evidence pack: assessment, the ledgers of the system and of the organisation, proofs and exports in one signed zip file',
  access: 'pack.read',
  params: SystemParams,
  query: z.object({
    /** Of a past assessment; default: as of now. */
    sequence: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
  }),
  mediaType: 'application/zip',
  stream: true,
  response: z.string(),
  problems: ['CONFLICT'],
  limits: { perMinute: 6, seconds: 120 },
});

export const downloadVerifier = operation({
  id: 'pack.verifier',
  method: 'GET',
  path: '/api/v1/custos-verify.mjs',
  tag: 'Evidence pack',
  summary: 'The stand-alone verifier of evidence packs: one file for Node.js 20 and newer',
  access: 'public',
  mediaType: 'text/javascript; charset=utf-8',
  stream: true,
  response: z.string(),
  problems: ['NOT_FOUND'],
  limits: { perMinute: 30 },
});
