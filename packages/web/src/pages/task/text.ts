/** What somebody reads who was asked a question by link. */
export const text = {
  title: 'A question to you',
  asks: (organisation: string, by: string) => `For ${organisation}, ${by} asks this.`,
  you: (person: string) => `The question is to ${person}. Answer only if that is you.`,
  until: 'The link works until',
  answer: 'Your answer',
  help: 'At least 20 characters. It is recorded with your address and can not be changed afterwards.',
  send: 'Send the answer',
  sent: 'Your answer was sent',
  sentHelp: 'You can close this page. Should it be returned to you, the same link lets you answer again.',
  accepted: 'Your answer was accepted. Nothing is left to do.',
  returned: 'Your answer was returned to you',
  before: 'What you answered',
  noToken: 'This address lacks its end. Open the whole link that was sent to you.',
} as const;
