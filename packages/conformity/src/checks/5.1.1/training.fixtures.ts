/** Evidence about training that several cases of this principle share. */
import type { Content, Evidence } from '@custos/core';
import { daysAgo, MODEL_DIGEST, OTHER, observe, PEOPLE } from '../../testing/world.ts';
import { MINIMUM_TOPICS } from './5.1.1-1.ts';
import { CODING_TOPICS } from './5.1.1-2.2.ts';

export const programme = () =>
  observe(
    'training-programme',
    {
      modules: [
        {
          id: 'ai-sec',
          version: '2',
          title: 'AI security',
          topics: [...MINIMUM_TOPICS],
          publishedAt: daysAgo(100),
          updatedAt: daysAgo(20),
          digest: MODEL_DIGEST,
        },
        {
          id: 'ai-code',
          version: '1',
          title: 'Secure coding of AI systems',
          topics: [...CODING_TOPICS],
          publishedAt: daysAgo(100),
          updatedAt: daysAgo(20),
          digest: OTHER,
        },
      ],
      curricula: [
        {
          role: 'developer',
          modules: ['ai-sec', 'ai-code'],
          rationale: 'Developers build and change the models',
        },
        { role: 'system_operator', modules: ['ai-sec'], rationale: 'Operators watch the running system' },
        { role: 'data_custodian', modules: ['ai-sec'], rationale: 'Custodians decide about training data' },
        { role: 'organisation', modules: ['ai-sec'], rationale: 'Management decides about AI risks' },
      ],
      reviewedAt: daysAgo(20),
    },
    { role: 'organisation' },
  );

export const STAFF = [PEOPLE.developer, PEOPLE.system_operator, PEOPLE.data_custodian, PEOPLE.organisation];

export function staff(more: Content<'staff-register'>['people'] = []): Evidence {
  return observe('staff-register', {
    scope: 'Employees and contractors with an account',
    people: [
      ...STAFF.map((person) => ({
        person,
        roles: ['staff'],
        active: true,
        joinedAt: daysAgo(400),
        commitsCode: person === PEOPLE.developer,
      })),
      ...more,
    ],
  });
}

/** The same programme with a curriculum for everybody's plain role too. */
export function programmeForAll(): Evidence {
  const made = programme();
  const content = made.statement.predicate.content as Content<'training-programme'>;
  return observe(
    'training-programme',
    {
      ...content,
      curricula: [
        ...content.curricula,
        { role: 'staff', modules: ['ai-sec'], rationale: 'Everybody meets AI systems at work' },
      ],
    },
    { role: 'organisation' },
  );
}

export function completion(
  person: string,
  module: string,
  more: Partial<Content<'training-completion'>> = {},
): Evidence {
  return observe('training-completion', {
    person,
    module,
    moduleVersion: '2',
    completedAt: daysAgo(10),
    passed: true,
    ...more,
  });
}

export const completions = () => [
  ...STAFF.map((person) => completion(person, 'ai-sec')),
  completion(PEOPLE.developer, 'ai-code'),
];

export const adequate = (duty: string) =>
  observe(
    'adequacy-attestation',
    { duty, statement: 'The content fits the threats we face' },
    { role: 'organisation' },
  );

export function bulletin(more: Partial<Content<'bulletin'>> = {}): Evidence {
  return observe('bulletin', {
    id: 'B-1',
    threats: ['THREAT-1'],
    sentAt: daysAgo(30),
    mitigation: 'Do not paste mails into the assistant; report odd answers',
    mitigationKnown: true,
    channels: [
      { kind: 'email', messageId: 'm1', sentAt: daysAgo(30) },
      { kind: 'chat', messageId: 'c1', sentAt: daysAgo(29) },
    ],
    reach: 0.97,
    reachMeasuredAt: daysAgo(20),
    ...more,
  });
}

export function threat(age: number, more: Partial<Content<'threat-event'>> = {}): Evidence {
  return observe('threat-event', {
    id: 'THREAT-1',
    title: 'New injection technique',
    substantial: true,
    publishedAt: daysAgo(age),
    references: [],
    mitigationKnown: true,
    ...more,
  });
}
