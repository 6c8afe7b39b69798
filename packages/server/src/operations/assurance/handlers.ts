/** Triage, components, public pages, the auditor's room and settings. */
import type { Mounted } from '../../http/handler.ts';
import auditMark from '../audit.mark/handler.ts';
import auditSample from '../audit.sample/handler.ts';
import componentsList from '../components.list/handler.ts';
import contradictionsList from '../contradictions.list/handler.ts';
import findingsAnswer from '../findings.answer/handler.ts';
import findingsDecide from '../findings.decide/handler.ts';
import findingsGet from '../findings.get/handler.ts';
import findingsList from '../findings.list/handler.ts';
import findingsRaise from '../findings.raise/handler.ts';
import noticesList from '../notices.list/handler.ts';
import noticesPublish from '../notices.publish/handler.ts';
import noticesWithdraw from '../notices.withdraw/handler.ts';
import pagesFeed from '../pages.feed/handler.ts';
import pagesHashes from '../pages.hashes/handler.ts';
import pagesOrganisation from '../pages.organisation/handler.ts';
import pagesSecurityTxt from '../pages.security-txt/handler.ts';
import pagesSecurityTxtOfHost from '../pages.security-txt-of-host/handler.ts';
import pagesSystem from '../pages.system/handler.ts';
import provenanceLookBack from '../provenance.look-back/handler.ts';
import publicationsCheckOrganisation from '../publications.check-organisation/handler.ts';
import publicationsCheckSystem from '../publications.check-system/handler.ts';
import publicationsGetOrganisation from '../publications.get-organisation/handler.ts';
import publicationsGetSystem from '../publications.get-system/handler.ts';
import publicationsPublishOrganisation from '../publications.publish-organisation/handler.ts';
import publicationsPublishSystem from '../publications.publish-system/handler.ts';
import publicationsSaveOrganisation from '../publications.save-organisation/handler.ts';
import publicationsSaveSystem from '../publications.save-system/handler.ts';
import publicationsWithdrawOrganisation from '../publications.withdraw-organisation/handler.ts';
import publicationsWithdrawSystem from '../publications.withdraw-system/handler.ts';
import settingsDecide from '../settings.decide/handler.ts';
import settingsList from '../settings.list/handler.ts';
import settingsPropose from '../settings.propose/handler.ts';
import triageDecide from '../triage.decide/handler.ts';
import triageGet from '../triage.get/handler.ts';
import triageUndo from '../triage.undo/handler.ts';

export const assuranceHandlers: readonly Mounted[] = [
  auditMark,
  auditSample,
  componentsList,
  contradictionsList,
  findingsAnswer,
  findingsDecide,
  findingsGet,
  findingsList,
  findingsRaise,
  noticesList,
  noticesPublish,
  noticesWithdraw,
  pagesFeed,
  pagesHashes,
  pagesOrganisation,
  pagesSecurityTxt,
  pagesSecurityTxtOfHost,
  pagesSystem,
  provenanceLookBack,
  publicationsCheckOrganisation,
  publicationsCheckSystem,
  publicationsGetOrganisation,
  publicationsGetSystem,
  publicationsPublishOrganisation,
  publicationsPublishSystem,
  publicationsSaveOrganisation,
  publicationsSaveSystem,
  publicationsWithdrawOrganisation,
  publicationsWithdrawSystem,
  settingsDecide,
  settingsList,
  settingsPropose,
  triageDecide,
  triageGet,
  triageUndo,
];
