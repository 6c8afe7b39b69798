/** Pages on which somebody asks for notices by e-mail, confirms, and ends it. They run nothing; forms do all of it. */
import { clean, escapeHtml as e } from '../report/text.ts';
import { renderPublicPage } from './public-page.ts';
import type { PublishedSystem } from './published.ts';

/** A page with a sentence or two, and a form where something can be done. */
export interface SmallPage {
  readonly title: string;
  readonly text: readonly string[];
  /** Sent to the address of the page itself. */
  readonly form?: { readonly button: string; readonly email?: true };
  /** Where one goes on. */
  readonly to?: { readonly address: string; readonly name: string };
}

export function renderSmallPage({ title, text, form, to }: SmallPage): string {
  const email =
    '<p><label for="email">E-mail address</label><br><input id="email" name="email" type="email" autocomplete="email" maxlength="254" required></p>';
  return renderPublicPage({
    title: clean(title),
    body: [
      ...text.map((line) => `<p>${e(clean(line))}</p>`),
      ...(form
        ? [
            `<form method="post">${form.email ? email : ''}<p><button type="submit">${e(form.button)}</button></p></form>`,
          ]
        : []),
      ...(to ? [`<p><a href="${e(to.address)}">${e(clean(to.name))}</a></p>`] : []),
    ].join('\n'),
    ...(form ? { forms: true } : {}),
  });
}

/** @param page address of the system's page */
export function renderSubscribeForm({ system, organisation }: PublishedSystem, page: string): string {
  return renderSmallPage({
    title: `Notices about ${system.name} by e-mail`,
    text: [
      `${organisation} publishes notices about ${system.name}: security updates, what was found, what changes. Give an address, and a link goes there; notices come once it is confirmed.`,
      'The address is kept encrypted, is used for nothing else and shown to nobody. Each mail has a link that ends it and erases the address.',
    ],
    form: { button: 'Send me a link', email: true },
    to: { address: page, name: `Back to ${system.name}` },
  });
}
