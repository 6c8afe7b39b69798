/** Notices of a system by e-mail: asked for on its public page, confirmed by a link, ended by one click. */
import { z } from 'zod';
import { operation } from '../operation.ts';
import { Email, SystemParams } from '../shared.ts';

const page = {
  tag: 'Public pages',
  access: 'public',
  response: z.string(),
  mediaType: 'text/html; charset=utf-8',
} as const;
const ASK = '/p/{organisation}/{system}/subscribe';
const END = '/p/{organisation}/{system}/unsubscribe/{token}';
const LinkParams = SystemParams.extend({ token: z.string().min(20).max(200) });

export const readSubscribeForm = operation({
  ...page,
  id: 'subscriptions.form',
  method: 'GET',
  path: ASK,
  summary: 'Where anybody asks for the notices of a system by e-mail',
  params: SystemParams,
  problems: ['NOT_FOUND'],
});

export const subscribe = operation({
  ...page,
  id: 'subscriptions.ask',
  method: 'POST',
  path: ASK,
  summary:
    'Ask for notices: a link goes to the address; the answer is the same whether or not it gets them already',
  params: SystemParams,
  body: z.strictObject({ email: Email }),
  format: 'form',
  status: 202,
  problems: ['NOT_FOUND'],
  limits: { bodyBytes: 4096, perMinute: 10 },
});

export const readSubscription = operation({
  ...page,
  id: 'subscriptions.look',
  method: 'GET',
  path: `${ASK}/{token}`,
  summary: 'What the link of the mail leads to: nothing is confirmed by looking',
  params: LinkParams,
  problems: ['GONE'],
});

export const confirmSubscription = operation({
  ...page,
  id: 'subscriptions.confirm',
  method: 'POST',
  path: `${ASK}/{token}`,
  summary: 'Confirm, by the link that only the address got',
  params: LinkParams,
  problems: ['GONE'],
  limits: { bodyBytes: 4096 },
});

export const readUnsubscribeForm = operation({
  ...page,
  id: 'subscriptions.leave',
  method: 'GET',
  path: END,
  summary: 'Where a reader ends their subscription: nothing is ended by looking',
  params: LinkParams,
  problems: ['GONE'],
});

export const unsubscribe = operation({
  ...page,
  id: 'subscriptions.end',
  method: 'POST',
  path: END,
  summary: 'End a subscription and erase the address; mail programs do it with one click (RFC 8058)',
  params: LinkParams,
  problems: ['GONE'],
  limits: { bodyBytes: 4096 },
});
