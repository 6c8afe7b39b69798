/** The document that `custos assess --format json` prints and every report is drawn from. */
import type { Asset, Edge, Finding, Unknown } from './asset.ts';
import type { Digest } from './digest.ts';
import type { Instant } from './time.ts';
import type { Reason, Verdict } from './verdict.ts';
import type { Feature, Norm, Trigger } from './words.ts';

export interface DutyAssessment {
  id: string;
  norm: Norm;
  verdict: Verdict;
  /** True beside a fail or inconclusive that a valid waiver covers; never turns into a pass. */
  waived: boolean;
  reasons: Reason[];
  observations: Digest[];
  validUntil?: Instant;
  reopens: Trigger[];
}

export interface ProvisionAssessment {
  id: string;
  norm: Norm;
  /** Worst applicable duty of that verb; null where the provision has no duty of that verb. */
  shall: Verdict | null;
  should: Verdict | null;
  duties: DutyAssessment[];
}

/** A feature's value and where it comes from. `undecided` makes the duties behind it inconclusive. */
export interface FeatureState {
  value: boolean | 'undecided';
  from: 'derived' | 'declared' | 'undecided';
  reason: string;
  /** Set when declaration and evidence disagree; evidence wins when it shows the feature is on. */
  contradiction?: string;
}

export interface VerdictCounts {
  pass: number;
  fail: number;
  inconclusive: number;
  not_applicable: number;
  waived: number;
}

export interface Assessment {
  specification: { standard: string; version: string; digest: Digest };
  system: { id: string; name: string; declared: boolean };
  /** Digest over the asset versions and settings that make the system behave as it does. */
  fingerprint: Digest | null;
  evaluatedAt: Instant;
  provisions: ProvisionAssessment[];
  counts: { shall: VerdictCounts; should: VerdictCounts };
  features: Record<Feature, FeatureState>;
  inventory: { assets: Asset[]; edges: Edge[] };
  findings: Finding[];
  unknowns: Unknown[];
  ledger: { size: number; root: Digest | null };
}
