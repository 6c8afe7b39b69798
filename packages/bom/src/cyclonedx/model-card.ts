/** CycloneDX model cards and data: what a model was made of and for, and who answers for data. */
import type { JsonObject } from '../json/json.ts';
import type { Attachment, Contact, ExternalReference, Organisation, Property } from './model.ts';

/** An organisation or a person, never both. */
export type ResponsibleParty = { readonly organization: Organisation } | { readonly contact: Contact };

export interface DataGovernance {
  readonly custodians?: readonly ResponsibleParty[];
  readonly stewards?: readonly ResponsibleParty[];
  readonly owners?: readonly ResponsibleParty[];
}

export interface ComponentData {
  readonly 'bom-ref'?: string;
  readonly type: 'source-code' | 'configuration' | 'dataset' | 'definition' | 'other';
  readonly name?: string;
  readonly contents?: {
    readonly attachment?: Attachment;
    readonly url?: string;
    readonly properties?: readonly Property[];
  };
  readonly classification?: string;
  readonly sensitiveData?: readonly string[];
  readonly graphics?: JsonObject;
  readonly description?: string;
  readonly governance?: DataGovernance;
}

export interface ModelParameters {
  readonly approach?: {
    readonly type?:
      | 'supervised'
      | 'unsupervised'
      | 'reinforcement-learning'
      | 'semi-supervised'
      | 'self-supervised';
  };
  readonly task?: string;
  readonly architectureFamily?: string;
  readonly modelArchitecture?: string;
  /** Inline, or by `bom-ref` of a `data` component. */
  readonly datasets?: readonly (ComponentData | { readonly ref: string })[];
  readonly inputs?: readonly { readonly format?: string }[];
  readonly outputs?: readonly { readonly format?: string }[];
}

export interface PerformanceMetric {
  readonly type?: string;
  readonly value?: string;
  readonly slice?: string;
  readonly confidenceInterval?: { readonly lowerBound?: string; readonly upperBound?: string };
}

export interface EnergyConsumption {
  readonly activity: string;
  readonly energyProviders: readonly {
    readonly 'bom-ref'?: string;
    readonly description?: string;
    readonly organization: Organisation;
    readonly energySource: string;
    readonly energyProvided: { readonly value: number; readonly unit: 'kWh' };
    readonly externalReferences?: readonly ExternalReference[];
  }[];
  readonly activityEnergyCost: { readonly value: number; readonly unit: 'kWh' };
  readonly co2CostEquivalent?: { readonly value: number; readonly unit: 'tCO2eq' };
  readonly co2CostOffset?: { readonly value: number; readonly unit: 'tCO2eq' };
  readonly properties?: readonly Property[];
}

export interface Considerations {
  readonly users?: readonly string[];
  readonly useCases?: readonly string[];
  readonly technicalLimitations?: readonly string[];
  readonly performanceTradeoffs?: readonly string[];
  readonly ethicalConsiderations?: readonly {
    readonly name?: string;
    readonly mitigationStrategy?: string;
  }[];
  readonly environmentalConsiderations?: {
    readonly energyConsumptions?: readonly EnergyConsumption[];
    readonly properties?: readonly Property[];
  };
  readonly fairnessAssessments?: readonly {
    readonly groupAtRisk?: string;
    readonly benefits?: string;
    readonly harms?: string;
    readonly mitigationStrategy?: string;
  }[];
}

export interface ModelCard {
  readonly 'bom-ref'?: string;
  readonly modelParameters?: ModelParameters;
  readonly quantitativeAnalysis?: {
    readonly performanceMetrics?: readonly PerformanceMetric[];
    readonly graphics?: JsonObject;
  };
  readonly considerations?: Considerations;
  readonly properties?: readonly Property[];
}
