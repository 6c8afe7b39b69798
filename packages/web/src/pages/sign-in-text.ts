/** What the pages before the sign-in say. */
import { z } from 'zod';

/** Why single sign-on sends somebody back. */
export const SignInProblem = z.enum([
  'sso-expired',
  'sso-refused',
  'sso-no-email',
  'sso-link-first',
  'sso-other-person',
  'sso-no-member',
  'sso-unreachable',
]);

export const text = {
  title: 'Sign in to Custos',
  email: 'E-mail',
  password: 'Password',
  signIn: 'Sign in',
  or: 'or',
  passkey: 'Sign in with a passkey',
  sso: 'Sign in through your organisation',
  organisation: 'Organisation',
  organisationHelp: 'Its short name, as in the address of the console: acme-ltd',
  go: 'Continue',
  withPassword: 'Sign in with a password',
  code: 'Code',
  codeTitle: 'Second factor',
  codeHelp: 'The six digits of your authenticator app, or one of your backup codes.',
  giveCode: 'Continue',
  startAgain: 'Start again',
  problems: {
    'sso-expired':
      'That sign-in took too long, was begun in another browser, or your organisation changed how it signs people in. Try again.',
    'sso-refused': 'Your organisation did not confirm who you are. Try again, or ask your administrator.',
    'sso-no-email': 'Your organisation sent no verified e-mail address. Ask your administrator.',
    'sso-link-first':
      'You have a password or passkey here. Sign in with it, and connect the single sign-on in your account.',
    'sso-other-person':
      'Your organisation confirmed somebody of another e-mail address. Nothing was connected.',
    'sso-no-member':
      'You are no member yet. Ask an administrator to invite you, or to map one of your groups.',
    'sso-unreachable': 'The identity provider of your organisation can not be reached. Try again later.',
  },
  invitation: {
    title: 'Join an organisation',
    who: (by: string, organisation: string, role: string) =>
      `${by} invites you to ${organisation}, as ${role}.`,
    for: (person: string) => `The invitation is for ${person}.`,
    name: 'Your name',
    newPassword: 'New password',
    passwordHelp: '12 characters or more. Several words that have nothing to do with each other are good.',
    accept: 'Accept',
    signInFirst: 'You have an account. Sign in with it, and you come back here.',
    noToken: 'The link is not complete. Open it again as you got it, or ask for a new one.',
  },
} as const;
