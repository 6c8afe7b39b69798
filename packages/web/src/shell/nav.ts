/**
 * What the navigation, the command palette and the `g …` shortcuts offer. A page is added here with one line; it is left
 * out for people whose role in the organisation lacks `needs`.
 */
import { allows, type OrganisationRole, type Permission } from '@custos/contract';
import type { RegisteredRouter } from '@tanstack/react-router';
import { text } from './text.ts';

export interface NavEntry {
  readonly label: string;
  readonly to: Exclude<keyof RegisteredRouter['routesByPath'], `${string}/$system/`>;
  /** Pressed after `g`. */
  readonly key?: string;
  readonly needs?: Permission;
}

export interface NavSection {
  readonly label: string;
  readonly entries: readonly NavEntry[];
}

const SECTIONS: readonly NavSection[] = [
  {
    label: text.sections.overview,
    entries: [
      { label: text.home, to: '/$organisation', key: 'h' },
      { label: text.systems, to: '/$organisation/systems', key: 's' },
    ],
  },
  {
    label: text.sections.work,
    entries: [{ label: text.requests, to: '/$organisation/requests', key: 'r' }],
  },
  {
    label: text.sections.people,
    entries: [
      { label: text.training, to: '/$organisation/training', key: 't' },
      { label: text.bulletins, to: '/$organisation/bulletins', key: 'b' },
      { label: text.reportRisk, to: '/$organisation/report-a-risk', key: 'i' },
    ],
  },
  {
    label: text.sections.assurance,
    entries: [
      { label: text.auditFindings, to: '/$organisation/audit', key: 'a' },
      { label: text.contradictions, to: '/$organisation/contradictions' },
      { label: text.lookBack, to: '/$organisation/look-back' },
    ],
  },
  {
    label: text.sections.organisation,
    entries: [
      { label: text.members, to: '/$organisation/members', key: 'm', needs: 'members.read' },
      { label: text.keys, to: '/$organisation/keys', key: 'k' },
      { label: text.publicPage, to: '/$organisation/public-page' },
      { label: text.settings, to: '/$organisation/settings' },
      { label: text.webhooks, to: '/$organisation/settings/webhooks', needs: 'settings.manage' },
      { label: text.service, to: '/$organisation/service', needs: 'ledger.read' },
    ],
  },
];

/** The sections that somebody with that role sees. */
export function navFor(role: OrganisationRole): NavSection[] {
  return SECTIONS.map(({ label, entries }) => ({
    label,
    entries: entries.filter(
      ({ needs }) => needs === undefined || allows({ organisation: role, system: [] }, needs),
    ),
  })).filter(({ entries }) => entries.length > 0);
}
