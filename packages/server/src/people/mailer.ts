/** E-mail by SMTP, as plain text. A server that hangs is left after a time. */
import { CustosError } from '@custos/core';
import { createTransport, type Transporter } from 'nodemailer';

export interface MailOptions {
  /** Such as `smtps://user:password@mail.example.org`. */
  readonly url: string;
  readonly from: string;
  /** Milliseconds to connect, to be greeted, and of silence; default 15 s. */
  readonly timeout?: number;
}

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The same for a message that is sent again, so that receivers know it. */
  readonly messageId: string;
  /** Address by which a reader ends what they subscribed to; mail programs offer it (RFC 8058). */
  readonly unsubscribe?: string;
}

export class Mailer {
  readonly #transport: Transporter;
  readonly #from: string;

  constructor({ url, from, timeout = 15_000 }: MailOptions) {
    this.#from = from;
    this.#transport = createTransport({
      url,
      connectionTimeout: timeout,
      greetingTimeout: timeout,
      socketTimeout: timeout,
      dnsTimeout: timeout,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  /** Done when the mail server has taken it. @throws CustosError MAIL with what the server answered */
  async send({ to, subject, text, messageId, unsubscribe }: Mail): Promise<void> {
    try {
      await this.#transport.sendMail({
        from: this.#from,
        // Not parsed: one address is one address.
        to: { name: '', address: to },
        subject,
        text,
        messageId: `<${messageId}@custos>`,
        headers: {
          'auto-submitted': 'auto-generated',
          ...(unsubscribe === undefined
            ? {}
            : {
                'list-unsubscribe': `<${unsubscribe}>`,
                'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
              }),
        },
      });
    } catch (cause) {
      throw new CustosError('MAIL', `The mail server did not take it: ${reasonOf(cause)}`, { cause });
    }
  }

  close(): void {
    this.#transport.close();
  }
}

/** What the server answered, or what happened to the connection; never its address or password. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown reason.';
  if ('responseCode' in cause && typeof cause.responseCode === 'number')
    return `it answered ${cause.responseCode}.`;
  return 'code' in cause && typeof cause.code === 'string' ? `${cause.code}.` : 'no connection.';
}
