/** What the home page says. */
import { count } from '../../parts/words.ts';

export const text = {
  title: 'Home',
  needsMe: 'What needs me now',
  nothingFails:
    'Nobody waits for your word, no duty of your roles fails, and none lapses within 30 days. What is undecided stands on the board of each system.',
  waiting: (n: number, more: boolean) =>
    `${more ? `More than ${n}` : n} ${n === 1 ? 'request waits' : 'requests wait'} for your word`,
  due: 'due',
  overdue: 'overdue since',
  allRequests: 'All requests that wait for me',
  noRoles: 'You hold no role on any system, and nobody waits for your word. What needs you stands here.',
  failing: (n: number) => `${count(n, 'duty', 'duties')} of your roles ${n === 1 ? 'fails' : 'fail'}`,
  lapsing: (n: number) =>
    `${count(n, 'duty', 'duties')} of your roles ${n === 1 ? 'lapses' : 'lapse'} within 30 days`,
  lapses: 'lapses',
  more: (n: number) => `and ${n.toLocaleString('en')} more`,
  waived: 'waived',
  phases: 'Systems by phase',
  phase: 'Phase',
  systems: 'Systems',
  outcome: {
    fail: 'Failing',
    inconclusive: 'Undecided',
    pass: 'All met',
    notAssessed: 'Not assessed',
  },
  total: 'All',
  changed: 'What changed verdict this week',
  noChange: 'No verdict changed in the last seven days.',
  older: 'More changes',
  expiries: 'What lapses next',
  expiriesHelp: 'Verdicts rest on evidence that ends. Choose a day to see what lapses from it on.',
  nothingLapses: 'Nothing lapses in the next 13 weeks.',
  asTable: 'As a table',
  calendar: 'Duties that lapse on each of the next 91 days',
  day: 'Day',
  duties: 'Duties',
  dayLabel: (day: string, duties: number, systems: number) =>
    `${day}: ${count(duties, 'duty', 'duties')} on ${count(systems, 'system')}`,
  from: (day: string) => `From ${day} on`,
  fromToday: 'First to lapse',
  weekday: 'Weekday',
} as const;
