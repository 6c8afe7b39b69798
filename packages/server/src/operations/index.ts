/** What each operation does. The test beside this file holds it against the contract: none may be missing. */
import type { Mounted } from '../http/handler.ts';
import accountGet from './account.get/handler.ts';
import accountSetUp from './account.set-up/handler.ts';
import assessmentsList from './assessments.list/handler.ts';
import assessmentsReplay from './assessments.replay/handler.ts';
import catalogueGet from './catalogue.get/handler.ts';
import ledgerCheckpoint from './ledger.checkpoint/handler.ts';
import observationsGet from './observations.get/handler.ts';
import observationsList from './observations.list/handler.ts';
import observationsRecord from './observations.record/handler.ts';
import overviewChanges from './overview.changes/handler.ts';
import overviewExpiries from './overview.expiries/handler.ts';
import overviewGet from './overview.get/handler.ts';
import systemsAssessment from './systems.assessment/handler.ts';
import systemsAssignRoles from './systems.assign-roles/handler.ts';
import systemsCreate from './systems.create/handler.ts';
import systemsDeclare from './systems.declare/handler.ts';
import systemsGet from './systems.get/handler.ts';
import systemsIxit from './systems.ixit/handler.ts';
import systemsList from './systems.list/handler.ts';
import systemsLoadExamples from './systems.load-examples/handler.ts';

export const HANDLERS: readonly Mounted[] = [
  accountGet,
  accountSetUp,
  assessmentsList,
  assessmentsReplay,
  ledgerCheckpoint,
  observationsGet,
  observationsList,
  observationsRecord,
  systemsAssessment,
  systemsAssignRoles,
  systemsCreate,
  systemsDeclare,
  systemsGet,
  systemsList,
  systemsLoadExamples,
  catalogueGet,
  overviewChanges,
  overviewExpiries,
  overviewGet,
  systemsIxit,
];
