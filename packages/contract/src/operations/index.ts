/** Every operation there is. A new one is added here, or it is not mounted. */
import type { Operation } from '../operation.ts';
import * as account from './account.ts';
import * as audit from './audit.ts';
import * as components from './components.ts';
import * as decisions from './decisions.ts';
import * as evidence from './evidence.ts';
import * as members from './members.ts';
import * as operations from './operations.ts';
import * as overview from './overview.ts';
import * as pack from './pack.ts';
import * as people from './people.ts';
import * as publications from './publications.ts';
import * as scim from './scim.ts';
import * as settings from './settings.ts';
import * as subscriptions from './subscriptions.ts';
import * as systems from './systems.ts';
import * as triage from './triage.ts';

export * from './account.ts';
export * from './audit.ts';
export * from './components.ts';
export * from './decisions.ts';
export * from './evidence.ts';
export * from './members.ts';
export * from './operations.ts';
export * from './overview.ts';
export * from './pack.ts';
export * from './people.ts';
export * from './publications.ts';
export * from './scim.ts';
export * from './settings.ts';
export * from './subscriptions.ts';
export * from './systems.ts';
export * from './triage.ts';

function isOperation(value: unknown): value is Operation {
  return (
    typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'access' in value
  );
}

export const OPERATIONS: readonly Operation[] = [
  account,
  decisions,
  evidence,
  members,
  scim,
  operations,
  overview,
  pack,
  people,
  audit,
  components,
  publications,
  settings,
  triage,
  subscriptions,
  systems,
]
  .flatMap((area) => Object.values<unknown>(area))
  .filter(isOperation)
  .sort((a, b) => (a.id < b.id ? -1 : 1));
