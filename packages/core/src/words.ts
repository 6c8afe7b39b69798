/** The closed vocabularies of EN 304 223: roles (clause 4), lifecycle phases, features, triggers. */
import { z } from 'zod';

export const Role = z.enum([
  'developer',
  'system_operator',
  'data_custodian',
  'end_user',
  'affected_entity',
  'organisation',
  'auditor',
]);
/** `organisation` speaks for the whole organisation (training, policy); `auditor` judges and never produces evidence. */
export type Role = z.infer<typeof Role>;

/** The roles that people hold on a system. */
export const SystemRole = Role.extract(['developer', 'system_operator', 'data_custodian']);
export type SystemRole = z.infer<typeof SystemRole>;

export const Phase = z.enum(['design', 'development', 'deployment', 'maintenance', 'end_of_life']);
export type Phase = z.infer<typeof Phase>;

export const Norm = z.enum(['shall', 'should']);
export type Norm = z.infer<typeof Norm>;

export const FEATURES = [
  'external_component_used',
  'external_provider_used',
  'interacts_with_other_systems',
  'unused_model_functionality',
  'oversight_is_a_risk_control',
  'confidential_data_or_weights',
  'api_offered_externally',
  'non_public_training_data',
  'cloud_service_used',
  'poorly_documented_component',
  'third_party_released_model',
  'components_shared_with_others',
  'public_training_data',
  'developer_external_to_operator',
  'revised_from_feedback',
  'updates_not_possible',
  'ownership_transfer',
  'decommissioning',
  'custodian_in_developer_organisation',
  'unresolved_threat_exists',
  'external_party_bears_risk',
  'major_update',
] as const;
export const Feature = z.enum(FEATURES);
/** A fact about the system that switches duties on. */
export type Feature = z.infer<typeof Feature>;

export const TRIGGERS = [
  'T-SCHED',
  'T-MODEL',
  'T-DATA',
  'T-PROMPT',
  'T-CODE',
  'T-DEP',
  'T-PERM',
  'T-ENV',
  'T-ROLE',
  'T-USE',
  'T-CONTRACT',
  'T-THREAT',
  'T-INC',
  'T-DRIFT',
  'T-TEST',
  'T-EOL',
  'T-EVID',
  'T-NORM',
] as const;
export const Trigger = z.enum(TRIGGERS);
/** An event that re-opens a verdict. */
export type Trigger = z.infer<typeof Trigger>;

export const Modality = z.enum([
  'text',
  'image',
  'audio',
  'video',
  'tabular',
  'embedding',
  'code',
  'tool_call',
]);
export type Modality = z.infer<typeof Modality>;

export const ASSET_KINDS = [
  'model',
  'dataset',
  'prompt',
  'configuration',
  'component',
  'service',
  'agent',
  'tool',
  'endpoint',
  'environment',
] as const;
export const AssetKind = z.enum(ASSET_KINDS);
export type AssetKind = z.infer<typeof AssetKind>;

export const EdgeKind = z.enum(['depends_on', 'trained_on', 'derived_from', 'serves', 'calls', 'stores']);
export type EdgeKind = z.infer<typeof EdgeKind>;
