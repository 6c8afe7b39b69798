/** CycloneDX formulation: how something came to be, as workflows of tasks with inputs and outputs. */
import type { JsonObject } from '../json/json.ts';
import type { Component, Dependency, Property, Service } from './model.ts';

export interface Task {
  readonly 'bom-ref': string;
  readonly uid: string;
  readonly name?: string;
  readonly description?: string;
  readonly resourceReferences?: readonly JsonObject[];
  readonly taskTypes: readonly string[];
  readonly trigger?: JsonObject;
  readonly steps?: readonly JsonObject[];
  readonly inputs?: readonly JsonObject[];
  readonly outputs?: readonly JsonObject[];
  readonly timeStart?: string;
  readonly timeEnd?: string;
  readonly workspaces?: readonly JsonObject[];
  readonly runtimeTopology?: readonly Dependency[];
  readonly properties?: readonly Property[];
}

export interface Workflow extends Task {
  readonly tasks?: readonly Task[];
  readonly taskDependencies?: readonly Dependency[];
}

export interface Formula {
  readonly 'bom-ref'?: string;
  readonly components?: readonly Component[];
  readonly services?: readonly Service[];
  readonly workflows?: readonly Workflow[];
  readonly properties?: readonly Property[];
}
