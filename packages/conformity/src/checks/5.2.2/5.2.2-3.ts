/** 5.2.2-3: development and tuning have places of their own, apart from production and from each other's data. */
import type { Content } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { eachCurrent } from '../../kernel/coverage.ts';

type Environment = Content<'environment-layout'>['environments'][number];

/** Non-public training data may lie here and nowhere else. */
const TRAINING_ENVIRONMENTS: readonly Environment['name'][] = ['development', 'tuning'];

function environments(c: CheckContext): readonly Environment[] | undefined {
  return c.newest('environment-layout', {
    maxAge: 'access.review_days',
    what: 'a layout of environments',
    step: 'read it from accounts, networks and stores (`custos observe environment-layout FILE`)',
  })?.content.environments;
}

function pairs(all: readonly Environment[]): (readonly [Environment, Environment])[] {
  return all.flatMap((one, i) => all.slice(i + 1).map((other) => [one, other] as const));
}

function expectSeparated(c: CheckContext, all: readonly Environment[]): void {
  for (const [one, other] of pairs(all)) {
    c.none(
      one.principals.filter((principal) => other.principals.includes(principal)),
      'PRINCIPAL_SHARED',
      `The same principals act in ${one.name} and ${other.name}`,
    );
    c.expect(
      !one.routesTo.includes(other.name) && !other.routesTo.includes(one.name),
      'ROUTE_BETWEEN',
      `There is a network route between ${one.name} and ${other.name}.`,
    );
  }
}

function expectLeastPrivilege(c: CheckContext): void {
  const sets = eachCurrent(
    c,
    'permission-set',
    {
      maxAge: 'access.review_days',
      what: 'the permissions of the identities in use',
      step: 'export granted and needed permissions (`custos observe permission-set FILE`)',
    },
    (content) => `${content.identity} ${content.target}`,
  );
  for (const { content } of sets) {
    c.none(
      content.granted.filter((permission) => !content.needed.includes(permission)),
      'PERMISSION_NOT_NEEDED',
      `${content.identity} holds permissions on ${content.target} that it does not need`,
    );
    c.none(
      Object.entries(content.unusedDays)
        .filter(([, days]) => days > c.setting('permission.unused_days'))
        .map(([permission]) => permission),
      'PERMISSION_UNUSED',
      `${content.identity} has not used for more than ${c.setting('permission.unused_days')} days on ${content.target}`,
    );
  }
}

export const checks = provisionChecks('5.2.2-3', {
  a: [
    ['environment-layout'],
    (c) => {
      const all = environments(c);
      if (!all) return;
      c.none(
        (['development', 'tuning', 'production'] as const).filter(
          (name) => !all.some((environment) => environment.name === name),
        ),
        'NO_ENVIRONMENT',
        'There is no environment of its own for',
      );
      c.none(
        pairs(all)
          .filter(([one, other]) => one.account === other.account)
          .map(([one, other]) => `${one.name} and ${other.name} (${one.account})`),
        'ACCOUNT_SHARED',
        'Environments share an account',
      );
    },
  ],
  b: [
    ['environment-layout', 'permission-set'],
    (c) => {
      const all = environments(c);
      if (!all) return;
      if (all.length < 2) {
        c.unclear(
          'ONE_ENVIRONMENT',
          'The layout holds fewer than two environments, so separation can not be seen. Next: read the layout of all environments.',
        );
        return;
      }
      expectSeparated(c, all);
      expectLeastPrivilege(c);
    },
  ],
  c: [
    ['environment-layout', 'data-provenance', 'scan-result'],
    (c) => {
      const data = c.every(
        'data-provenance',
        {
          where: (content) => content.visibility === 'non_public',
          what: 'the origin of non-public training data',
          step: 'record where the training data come from (`custos provenance import`, or `custos observe data-provenance FILE`)',
        },
        (content) => content.dataset,
      );
      const all = environments(c);
      if (!all) return;
      for (const { content } of data) {
        const digest = c.assets('dataset').find((asset) => asset.id === content.dataset)?.digest;
        const places = all.filter(({ datasets }) =>
          datasets.some((name) => name === content.dataset || name === digest),
        );
        c.none(
          places.map(({ name }) => name).filter((name) => !TRAINING_ENVIRONMENTS.includes(name)),
          'DATA_MISPLACED',
          `Non-public training data ${content.dataset} lie in`,
        );
        if (places.length === 0)
          c.unclear(
            'DATA_NOT_LOCATED',
            `${content.dataset} was found in no environment, so nobody knows where it lies. Next: search the stores for it and record environment-layout again.`,
          );
      }
    },
  ],
});
