import { aRelease } from '../../testing/release-evidence.ts';
import {
  aged,
  changed,
  daysAgo,
  dutyCase,
  MODEL_DIGEST,
  OTHER,
  observe,
  onDigest,
  plus,
  scanContent,
  without,
} from '../../testing/world.ts';

const signature = (valid = true) =>
  observe(
    'signature-verification',
    {
      asset: 'model.safetensors',
      method: 'openssf-model-signing',
      signer: 'release@example.org',
      valid,
      at: 'release',
    },
    { subject: MODEL_DIGEST, age: valid ? 2 : 1 },
  );
const inspections = () => [
  observe('inspection', { asset: 'dependencies', verdict: 'clean', findings: [], pinned: true }),
  observe(
    'inspection',
    {
      asset: 'model:org/base-7b',
      verdict: 'clean',
      findings: [{ id: 'CVE-1', severity: 'critical', openedAt: daysAgo(5) }],
    },
    { subject: MODEL_DIGEST },
  ),
];
const floating = () =>
  observe(
    'scan-result',
    scanContent({
      assets: scanContent().assets.map((asset) => ({ ...asset, properties: { floating: true } })),
    }),
  );

dutyCase('5.2.3-1/a', {
  passes: () => [aRelease(), signature(), ...inspections()],
  loses: {
    'nothing released': [without('release'), 'inconclusive'],
    'no provenance': [changed('release', ({ provenance: _, ...rest }) => rest), 'fail'],
    'no bill of materials': [changed('release', ({ bom: _, ...rest }) => rest), 'fail'],
    'no artefacts named': [changed('release', (r) => ({ ...r, artefacts: [] })), 'fail'],
    'signature of another file': [onDigest('signature-verification'), 'inconclusive'],
    'a newer verification finds the signature invalid': [plus(signature(false)), 'fail'],
    'an unsigned artefact more': [
      changed('release', (r) => ({
        ...r,
        artefacts: [...r.artefacts, { name: 'x', digest: { sha256: OTHER.slice(7) } }],
      })),
      'inconclusive',
    ],
    'a floating reference': [plus(floating()), 'fail'],
    'unsafe serialisation': [changed('inspection', (i) => ({ ...i, verdict: 'unsafe' })), 'fail'],
    'a critical finding past its term': [
      changed('inspection', (i) => ({
        ...i,
        findings: [{ id: 'CVE-1', severity: 'critical', openedAt: daysAgo(60) }],
      })),
      'fail',
    ],
    'inspection out of date': [aged('inspection', 60), 'inconclusive'],
    'inspection of something else': [onDigest('inspection'), 'inconclusive'],
  },
});
