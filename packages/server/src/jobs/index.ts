/** Every job there is. A new one is added here, or it does not run. */
import { assessLapsed, assessNightly } from './assess.ts';
import { cleanEvents, cleanRequests, cleanSessions } from './clean-up.ts';
import { expiryNotices } from './expiries.ts';
import type { Job } from './job.ts';
import { anchor, selfCheck } from './ledgers.ts';
import { remindOfTraining, sendBulletins } from './people.ts';
import { remindOfRequests, voidRequests } from './requests.ts';

export const JOBS: readonly Job[] = [
  assessNightly,
  assessLapsed,
  selfCheck,
  anchor,
  expiryNotices,
  cleanSessions,
  cleanRequests,
  cleanEvents,
  sendBulletins,
  remindOfTraining,
  remindOfRequests,
  voidRequests,
];
