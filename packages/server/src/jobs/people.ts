/** Bulletins that wait, what they reached, and reminders of training. */
import { DAY } from '@custos/core';
import type { Job } from './job.ts';

export const sendBulletins: Job = {
  name: 'bulletins.send',
  summary: 'Sends bulletins and notices that wait, and records what bulletins reached',
  scope: 'organisation',
  every: DAY / 1440,
  async run({ service, organisation }) {
    // Each delivery is claimed for itself, so that two instances never send the same one at once.
    await service.outbox.sendDue(organisation);
  },
};

export const remindOfTraining: Job = {
  name: 'training.remind',
  summary: 'Reminds people of training that is due or lapses, once a week at most',
  scope: 'organisation',
  every: DAY,
  hour: 7,
  async run({ service, organisation }) {
    await service.outbox.remindDue(organisation);
  },
};
