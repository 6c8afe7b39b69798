/** 5.1.1-1.1: every staff role gets training that fits it. */
import { DeciderRole } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import { type CheckContext, list } from '../../kernel/check-context.ts';
import {
  activeStaff,
  currentProgramme,
  expectShare,
  type Person,
  passedModules,
  pastGrace,
  publishedModules,
} from './training.ts';

/** Who works in which role: by the register, and by the declaration for those on the register. */
function peopleByRole(c: CheckContext, staff: readonly Person[]): Map<string, Person[]> {
  const roles = new Map<string, Person[]>();
  for (const person of staff) {
    const declared = DeciderRole.options.filter((role) => c.holder(person.person, [role]));
    for (const role of new Set([...person.roles, ...declared]))
      roles.set(role, [...(roles.get(role) ?? []), person]);
  }
  return roles;
}

export const checks = provisionChecks('5.1.1-1.1', {
  a: [
    ['training-programme', 'staff-register', 'training-completion', 'adequacy-attestation'],
    (c) => {
      const programme = currentProgramme(c);
      const staff = activeStaff(c);
      if (!programme || !staff) return;
      if (!staff.some((person) => c.holder(person.person, DeciderRole.options)))
        c.unclear(
          'TEAM_NOT_ON_REGISTER',
          'Nobody named in custos.yaml (roles) is on the staff register. Next: record the register that the team is on.',
        );
      const roles = peopleByRole(c, staff);
      const published = new Set(publishedModules(c, programme).map((module) => module.id));
      const curricula = new Map(
        programme.content.curricula.map((item) => [item.role, [...new Set(item.modules)].sort()]),
      );
      const without = [...roles.keys()].filter((role) => (curricula.get(role)?.length ?? 0) === 0);
      c.none(without, 'ROLE_WITHOUT_CURRICULUM', 'Staff roles without a curriculum');
      const inUse = [...curricula].filter(([role]) => roles.has(role));
      const unpublished = inUse.flatMap(([, modules]) => modules.filter((module) => !published.has(module)));
      c.none(unpublished, 'MODULE_UNPUBLISHED', 'Curricula name modules that are not published');
      const distinct = new Set(inUse.map(([, modules]) => JSON.stringify(modules)));
      c.expect(
        inUse.length < 2 || distinct.size > 1,
        'CURRICULA_IDENTICAL',
        `${list(inUse.map(([role]) => role))} all have the same curriculum; training must fit the role.`,
      );
      const passed = passedModules(c, new Set(inUse.flatMap(([, modules]) => modules)));
      for (const [role, modules] of inUse)
        expectShare(c, {
          people: pastGrace(c, roles.get(role) ?? []).map((person) => person.person),
          done: (person) => modules.every((module) => passed.get(person)?.has(module) ?? false),
          setting: 'training.completion_share',
          code: 'ROLE_NOT_TRAINED',
          what: `Role ${role} has completed its curriculum`,
        });
      c.adequacy();
    },
  ],
});
