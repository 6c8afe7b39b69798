/** What each operation does. The test beside this file holds it against the contract: none may be missing. */
import type { Mounted } from '../http/handler.ts';
import { accountHandlers } from './account/handlers.ts';
import accountGet from './account.get/handler.ts';
import accountSetUp from './account.set-up/handler.ts';
import assessmentsList from './assessments.list/handler.ts';
import assessmentsReplay from './assessments.replay/handler.ts';
import { assuranceHandlers } from './assurance/handlers.ts';
import { bulletinHandlers } from './bulletins/handlers.ts';
import catalogueGet from './catalogue.get/handler.ts';
import delegationsCreate from './delegations.create/handler.ts';
import delegationsList from './delegations.list/handler.ts';
import delegationsRevoke from './delegations.revoke/handler.ts';
import eventsStream from './events.stream/handler.ts';
import { invitationHandlers } from './invitations/handlers.ts';
import { keyHandlers } from './keys/handlers.ts';
import ledgerCheckpoint from './ledger.checkpoint/handler.ts';
import ledgerConsistency from './ledger.consistency/handler.ts';
import ledgerEntries from './ledger.entries/handler.ts';
import ledgerExport from './ledger.export/handler.ts';
import ledgerProof from './ledger.proof/handler.ts';
import { memberHandlers } from './members/handlers.ts';
import observationsGet from './observations.get/handler.ts';
import observationsList from './observations.list/handler.ts';
import observationsRecord from './observations.record/handler.ts';
import organisationLedgerCheckpoint from './organisation-ledger.checkpoint/handler.ts';
import organisationLedgerConsistency from './organisation-ledger.consistency/handler.ts';
import organisationLedgerEntries from './organisation-ledger.entries/handler.ts';
import organisationLedgerExport from './organisation-ledger.export/handler.ts';
import organisationLedgerProof from './organisation-ledger.proof/handler.ts';
import organisationObservationsGet from './organisation-observations.get/handler.ts';
import organisationObservationsList from './organisation-observations.list/handler.ts';
import organisationObservationsRecord from './organisation-observations.record/handler.ts';
import overviewChanges from './overview.changes/handler.ts';
import overviewExpiries from './overview.expiries/handler.ts';
import overviewGet from './overview.get/handler.ts';
import packDownload from './pack.download/handler.ts';
import packVerifier from './pack.verifier/handler.ts';
import requestsCreate from './requests.create/handler.ts';
import requestsDecide from './requests.decide/handler.ts';
import requestsGet from './requests.get/handler.ts';
import requestsList from './requests.list/handler.ts';
import requestsWithdraw from './requests.withdraw/handler.ts';
import { riskHandlers } from './risks/handlers.ts';
import { scimHandlers } from './scim/handlers.ts';
import serviceRunJob from './service.run-job/handler.ts';
import serviceStatus from './service.status/handler.ts';
import { sessionHandlers } from './session/handlers.ts';
import { signInHandlers } from './sign-in/handlers.ts';
import { subscriptionHandlers } from './subscriptions/handlers.ts';
import systemsAssessment from './systems.assessment/handler.ts';
import systemsAssignRoles from './systems.assign-roles/handler.ts';
import systemsCreate from './systems.create/handler.ts';
import systemsDeclare from './systems.declare/handler.ts';
import systemsExport from './systems.export/handler.ts';
import systemsGet from './systems.get/handler.ts';
import systemsInventory from './systems.inventory/handler.ts';
import systemsIxit from './systems.ixit/handler.ts';
import systemsList from './systems.list/handler.ts';
import systemsLoadExamples from './systems.load-examples/handler.ts';
import tasksAnswer from './tasks.answer/handler.ts';
import tasksAsk from './tasks.ask/handler.ts';
import tasksGet from './tasks.get/handler.ts';
import tasksList from './tasks.list/handler.ts';
import tasksReview from './tasks.review/handler.ts';
import tasksRevoke from './tasks.revoke/handler.ts';
import { trainingHandlers } from './training/handlers.ts';
import webhooksCreate from './webhooks.create/handler.ts';
import webhooksDelete from './webhooks.delete/handler.ts';
import webhooksDeliveries from './webhooks.deliveries/handler.ts';
import webhooksList from './webhooks.list/handler.ts';
import webhooksRedeliver from './webhooks.redeliver/handler.ts';
import webhooksTest from './webhooks.test/handler.ts';
import webhooksUpdate from './webhooks.update/handler.ts';

export const HANDLERS: readonly Mounted[] = [
  ...assuranceHandlers,
  accountGet,
  accountSetUp,
  assessmentsList,
  delegationsCreate,
  delegationsList,
  delegationsRevoke,
  requestsCreate,
  requestsDecide,
  requestsGet,
  requestsList,
  requestsWithdraw,
  tasksAnswer,
  tasksAsk,
  tasksGet,
  tasksList,
  tasksReview,
  tasksRevoke,
  assessmentsReplay,
  ledgerCheckpoint,
  observationsGet,
  observationsList,
  observationsRecord,
  systemsAssessment,
  systemsAssignRoles,
  systemsCreate,
  systemsDeclare,
  systemsExport,
  systemsGet,
  systemsList,
  systemsLoadExamples,
  catalogueGet,
  ledgerConsistency,
  ledgerEntries,
  ledgerExport,
  ledgerProof,
  organisationLedgerCheckpoint,
  organisationLedgerEntries,
  organisationLedgerProof,
  organisationLedgerConsistency,
  organisationLedgerExport,
  organisationObservationsList,
  organisationObservationsGet,
  organisationObservationsRecord,
  overviewChanges,
  overviewExpiries,
  overviewGet,
  packDownload,
  packVerifier,
  systemsInventory,
  systemsIxit,
  ...accountHandlers,
  ...bulletinHandlers,
  ...invitationHandlers,
  ...keyHandlers,
  ...memberHandlers,
  ...riskHandlers,
  ...scimHandlers,
  ...sessionHandlers,
  ...signInHandlers,
  ...subscriptionHandlers,
  ...trainingHandlers,
  eventsStream,
  webhooksList,
  webhooksCreate,
  webhooksUpdate,
  webhooksDelete,
  webhooksDeliveries,
  webhooksRedeliver,
  webhooksTest,
  serviceStatus,
  serviceRunJob,
];
