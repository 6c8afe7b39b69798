/** 5.1.1-2.2: developers are trained in AI-specific secure coding and system design. */
import { provisionChecks } from '../../kernel/check.ts';
import { list } from '../../kernel/check-context.ts';
import {
  activeStaff,
  currentProgramme,
  expectShare,
  passedModules,
  pastGrace,
  publishedModules,
} from './training.ts';

/** What a course must cover: algorithm, model and the software around them. */
export const CODING_TOPICS = [
  'secure_coding_algorithm',
  'secure_coding_model',
  'secure_coding_software',
] as const;

export const checks = provisionChecks('5.1.1-2.2', {
  a: [
    ['training-programme', 'staff-register', 'training-completion', 'adequacy-attestation'],
    (c) => {
      const programme = currentProgramme(c);
      const staff = activeStaff(c);
      if (!programme || !staff) return;
      const developers = staff.filter(
        (person) =>
          person.commitsCode || person.roles.includes('developer') || c.holder(person.person, ['developer']),
      );
      const names = new Set(staff.map((person) => person.person));
      const absent = c.system.roles.developer.filter((person) => !names.has(person));
      if (developers.length === 0 || absent.length > 0)
        c.unclear(
          'DEVELOPER_NOT_ON_REGISTER',
          `${absent.length > 0 ? `Declared developers are not on the staff register: ${list(absent)}` : 'The staff register names no developer'}. Next: record the register with everybody who commits code.`,
        );
      const modules = publishedModules(c, programme);
      const untaught = CODING_TOPICS.filter((topic) => !modules.some((m) => m.topics.includes(topic)));
      if (!c.none(untaught, 'TOPIC_MISSING', 'No published module covers')) return;
      const courses = modules.filter((m) => CODING_TOPICS.some((topic) => m.topics.includes(topic)));
      const passed = passedModules(c, new Set(courses.map((course) => course.id)));
      const due = pastGrace(c, developers).map((person) => person.person);
      if (due.length === 0)
        c.unclear(
          'NOBODY_DUE',
          'No developer has been here longer than the grace of joiners. Next: record completions when it ends.',
        );
      expectShare(c, {
        people: due,
        done: (person) =>
          CODING_TOPICS.every((topic) =>
            courses.some((course) => course.topics.includes(topic) && passed.get(person)?.has(course.id)),
          ),
        setting: 'training.completion_share',
        code: 'DEVELOPER_NOT_TRAINED',
        what: 'Developers have completed training in secure coding and design of AI systems',
      });
      c.adequacy();
    },
  ],
});
