/** Notices by e-mail: asking, confirming, ending, on pages that anybody reads. */
import {
  confirmSubscription,
  readSubscribeForm,
  readSubscription,
  readUnsubscribeForm,
  subscribe,
  unsubscribe,
} from '@custos/contract';
import {
  type PublishedSystem,
  publicSystem,
  renderSmallPage,
  renderSubscribeForm,
  type SystemRef,
} from '@custos/engine';
import { handle, type Mounted } from '../../http/handler.ts';
import { Refusal } from '../../http/problem.ts';
import {
  askForNotices,
  confirmNotices,
  endNotices,
  subscriptionToConfirm,
  subscriptionToEnd,
} from '../../people/subscriptions.ts';
import type { Service } from '../../service.ts';
import { pageUrl } from '../publication-view.ts';

/** The published system, where notices go out by e-mail. @throws Refusal NOT_FOUND */
async function offered(service: Service, ref: SystemRef): Promise<PublishedSystem> {
  const found = service.outbox.canMail ? await publicSystem(service.context, ref) : undefined;
  if (found) return found.published;
  throw new Refusal('NOT_FOUND', 'No notices go out by e-mail from this address.');
}

const form = handle(readSubscribeForm, async ({ service, params }) =>
  renderSubscribeForm(await offered(service, params), pageUrl(service, params)),
);

const ask = handle(subscribe, async ({ service, params, body, address }) => {
  await offered(service, params);
  await askForNotices(service, params, { email: body.email, client: address });
  return small(service, params, 'Look into your mail', [
    'If this address gets no notices yet, a link is on its way there. Notices come once you have followed it and confirmed.',
  ]);
});

const look = handle(readSubscription, async ({ service, params }) => {
  await subscriptionToConfirm(service, params, params.token);
  return renderSmallPage({
    title: 'Get these notices by e-mail?',
    text: [`Notices about ${params.system} will come to the address to which this link was sent.`],
    form: { button: 'Yes, send me notices' },
  });
});

const confirm = handle(confirmSubscription, async ({ service, params }) => {
  await confirmNotices(service, params, params.token);
  return small(service, params, 'You get notices from now on', ['Each mail has a link that ends it.']);
});

const leave = handle(readUnsubscribeForm, async ({ service, params }) => {
  subscriptionToEnd(service, params, params.token);
  return renderSmallPage({
    title: 'No more notices by e-mail?',
    text: [`Your address is erased, and no more notices about ${params.system} come.`],
    form: { button: 'Send me no more' },
  });
});

const end = handle(unsubscribe, async ({ service, params }) => {
  await endNotices(service, params, params.token);
  return small(service, params, 'You get no more notices', ['Your address is erased.']);
});

function small(service: Service, ref: SystemRef, title: string, text: string[]): string {
  return renderSmallPage({ title, text, to: { address: pageUrl(service, ref), name: 'To the page' } });
}

export const subscriptionHandlers: readonly Mounted[] = [form, ask, look, confirm, leave, end];
