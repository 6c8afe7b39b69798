/** A look-back as text for a terminal. */
import type { LookBackAnswer } from './look-back.ts';

const SHOWN = 10;

export function renderLookBack(answer: LookBackAnswer): string {
  const lines: string[] = [
    `${answer.records} records${answer.unknownTime > 0 ? `, and ${answer.unknownTime} of unknown time that may be touched` : ''}`,
    ...(answer.complete ? [] : ['This is not all that may be touched: see what is not known, below.']),
  ];
  section(
    lines,
    'Datasets',
    answer.sources.map(
      ({ dataset, file, records, unknownTime }) =>
        `${dataset} (${file}): ${records} records${unknownTime > 0 ? `, ${unknownTime} of unknown time` : ''}`,
    ),
  );
  section(
    lines,
    'Models',
    answer.models.map(({ model, digest, from }) => `${model} ${digest.slice(0, 19)}… from ${from}`),
  );
  section(
    lines,
    'Releases',
    answer.releases.map(
      ({ release, version, environment, system }) => `${release} ${version} of ${system}, ${environment}`,
    ),
  );
  section(
    lines,
    'Live systems',
    answer.systems.map(
      ({ system, environment, release, deployedAt, share }) =>
        `${system}: ${release} in ${environment} since ${deployedAt}, share ${share}`,
    ),
  );
  section(
    lines,
    'Records',
    answer.sample
      .slice(0, SHOWN)
      .map(({ url, time, digest }) => `${time}  ${digest || 'no digest   '}  ${url}`),
  );
  const rest = answer.records + answer.unknownTime - Math.min(SHOWN, answer.sample.length);
  if (rest > 0) lines.push(`  and ${rest} more; --format csv lists all`);
  section(lines, 'Not known', [...answer.gaps, ...answer.limits], false);
  return `${lines.join('\n')}\n`;
}

function section(lines: string[], title: string, items: readonly string[], always = true): void {
  if (items.length === 0 && !always) return;
  lines.push('', title);
  for (const item of items) lines.push(`  ${item}`);
  if (items.length === 0) lines.push('  none found');
}
