/** A draft of an incident from a look-back: YAML for `custos observe`, with what only people know left to them. */
import { stringify } from 'yaml';
import type { LookBackAnswer } from './look-back.ts';

/**
 * Two documents, `incident` and `threat-event`. Nothing that only people can know is filled in: the comments ask for it.
 */
export function incidentDraft(answer: LookBackAnswer): string {
  const id = `poisoning-${answer.answeredAt.replace(/\D/g, '').slice(0, 14)}`;
  const incident = {
    type: 'incident',
    content: {
      id,
      openedAt: answer.answeredAt,
      aiRelated: true,
    },
  };
  const threat = {
    type: 'threat-event',
    content: {
      id,
      title: `Poisoned training sources: ${answer.asked.slice(0, 5).join(', ')}${answer.asked.length > 5 ? ', …' : ''}`,
      substantial: answer.systems.length > 0,
      publishedAt: answer.answeredAt,
      references: answer.asked.filter((item) => item.includes('://')),
      mitigationKnown: false,
    },
  };
  return `${heading(answer)}${stringify(incident)}---\n${stringify(threat)}`;
}

function heading(answer: LookBackAnswer): string {
  const lines = [
    'Draft of an incident. Complete it, then record it with `custos observe <this file>`.',
    'Still to be said in `incident`: userGuidance (what users should do), affectedEntityContact (who is to be told).',
    `Asked: ${answer.asked.join('; ')}`,
    `Records: ${answer.records}, and ${answer.unknownTime} of unknown time that may be touched`,
    `Datasets: ${answer.datasets.map(({ dataset }) => dataset).join(', ') || 'none'}`,
    ...answer.models.map(({ model, digest, from }) => `Model: ${model} ${digest} (from ${from})`),
    ...answer.releases.map(
      ({ release, version, environment }) => `Release: ${release} ${version}, ${environment}`,
    ),
    ...answer.systems.map(
      ({ system, environment, release }) => `Live: ${system}, ${environment}, release ${release}`,
    ),
    ...[...answer.gaps, ...answer.limits].map((gap) => `Not known: ${gap}`),
  ];
  return `${lines.map((line) => `# ${line.replace(/[\r\n\u2028\u2029]/g, ' ')}`).join('\n')}\n`;
}
